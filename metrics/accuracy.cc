// Share of correct predictions: on each split, in each group, in the worst
// group, and apart for bias-aligned and bias-conflicting examples.
//   Sagawa et al., "Distributionally Robust Neural Networks", ICLR 2020,
//   arXiv:1911.08731 (worst group); Nam et al., arXiv:2007.02561 (aligned,
//   conflicting).
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

struct AccuracyOptions {
  static void Describe(Schema<AccuracyOptions>& s) {
    s.Summary("Accuracy on each split, in groups, and by bias alignment.")
        .Details(
            "A group is a pair of label and bias label. worst_group is the "
            "least accuracy of a group that has examples. Bias-aligned means "
            "label = bias label. Lists: group_test holds the accuracy of every "
            "group on the test split, numbered label * num_biases + bias "
            "label, null for empty groups. Cost: the shared forward pass.")
        .Paper("arXiv:1911.08731");
  }
};

// Right and all predictions, summed up.
struct Count {
  int64_t right = 0, all = 0;

  // Null if nothing was counted.
  Json Share() const {
    if (all == 0) return nullptr;
    return static_cast<double>(right) / static_cast<double>(all);
  }
};

struct Counts {
  Count all, aligned, conflicting;
  std::vector<Count> groups;
};

Counts CountRight(const SplitOutputs& outputs, const TaskSpec& task) {
  const at::Tensor right =
      outputs.logits.argmax(1).eq(outputs.labels).to(at::kLong);
  // Two counts for each group say all there is.
  const at::Tensor key =
      ((outputs.labels * task.num_biases + outputs.bias_labels) * 2 + right)
          .cpu();
  const at::Tensor table = at::bincount(key, {}, 2 * task.num_groups());
  Counts counts;
  for (int64_t group = 0; group < task.num_groups(); ++group) {
    Count count;
    count.right = table[2 * group + 1].item<int64_t>();
    count.all = count.right + table[2 * group].item<int64_t>();
    const bool aligned = group / task.num_biases == group % task.num_biases;
    for (Count* sum :
         {&counts.all, aligned ? &counts.aligned : &counts.conflicting}) {
      sum->right += count.right;
      sum->all += count.all;
    }
    counts.groups.push_back(count);
  }
  return counts;
}

Json WorstGroup(const std::vector<Count>& groups) {
  Json worst = nullptr;
  for (const Count& group : groups) {
    const Json share = group.Share();
    if (!share.is_null() && (worst.is_null() || share < worst)) worst = share;
  }
  return worst;
}

class Accuracy final : public Metric {
 public:
  Accuracy(const AccuracyOptions&, const MetricArgs&) {}

  MetricTraits Traits() const override {
    return {Timing::kByStep,
            {{"train", "training split"},
             {"train_aligned", "bias-aligned training examples"},
             {"train_conflicting", "bias-conflicting training examples"},
             {"unbiased_validation", "validation split"},
             {"worst_group_validation", "worst group of the validation split"},
             {"unbiased_test", "test split"},
             {"test_aligned", "bias-aligned test examples"},
             {"test_conflicting", "bias-conflicting test examples"},
             {"worst_group_test", "worst group of the test split"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    const TaskSpec& task = evaluation.task();
    const Counts train =
        CountRight(evaluation.Outputs(SplitName::kTrain), task);
    const Counts validation =
        CountRight(evaluation.Outputs(SplitName::kValidation), task);
    const Counts test = CountRight(evaluation.Outputs(SplitName::kTest), task);
    Json group_test = Json::array();
    for (const Count& group : test.groups) group_test.push_back(group.Share());
    return Json{{"train", train.all.Share()},
                {"train_aligned", train.aligned.Share()},
                {"train_conflicting", train.conflicting.Share()},
                {"unbiased_validation", validation.all.Share()},
                {"worst_group_validation", WorstGroup(validation.groups)},
                {"unbiased_test", test.all.Share()},
                {"test_aligned", test.aligned.Share()},
                {"test_conflicting", test.conflicting.Share()},
                {"worst_group_test", WorstGroup(test.groups)},
                {"group_test", group_test}};
  }
};

BIGSTEP_REGISTER(Metrics, "accuracy", Accuracy, AccuracyOptions);

}  // namespace
}  // namespace bigstep
