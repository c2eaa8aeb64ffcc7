// Share of correct predictions: on each split, in each group, in the worst
// group, and apart for bias-aligned and bias-conflicting examples.
//   Sagawa et al., "Distributionally Robust Neural Networks", ICLR 2020,
//   arXiv:1911.08731 (worst group); Nam et al., arXiv:2007.02561 (aligned,
//   conflicting).
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

struct AccuracyOptions {
  std::vector<std::string> extra_splits;

  static void Describe(Schema<AccuracyOptions>& s) {
    s.Summary("Accuracy on each split, in groups, and by bias alignment.")
        .Details(
            "A group is a pair of label and bias label. worst_group is the "
            "least accuracy of a group that has examples. Bias-aligned means "
            "label = bias label; without a bias label (num_biases = 1) these "
            "results are null and groups are classes. Lists: group_test holds "
            "the accuracy of every "
            "group on the test split, numbered label * num_biases + bias "
            "label, null for empty groups. Cost: the shared forward pass.")
        .Paper("arXiv:1911.08731");
    s.Field("extra_splits", &AccuracyOptions::extra_splits)
        .Doc(
            "further test splits of the dataset to report, each as a result "
            "of its own name");
    s.Check([](const AccuracyOptions& o) -> std::string {
      std::set<std::string> names = {"train", "validation", "test"};
      for (const std::string& split : o.extra_splits) {
        if (!names.insert(split).second) {
          return absl::StrCat("extra_splits: '", split,
                              "' is reported already");
        }
      }
      return "";
    });
  }
};

// Right and all predictions, summed up.
struct Count {
  int64_t right = 0, all = 0;

  void operator+=(const Count& other) {
    right += other.right;
    all += other.all;
  }

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
    counts.all += count;
    counts.groups.push_back(count);
    if (task.num_biases == 1) continue;  // No spurious feature is known.
    const bool aligned = group / task.num_biases == group % task.num_biases;
    (aligned ? counts.aligned : counts.conflicting) += count;
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
  Accuracy(const AccuracyOptions& options, const MetricArgs&)
      : extra_splits_(options.extra_splits) {}

  MetricTraits Traits() const override {
    MetricTraits traits = {
        Timing::kByStep,
        {{"train", "training split"},
         {"train_aligned", "bias-aligned training examples"},
         {"train_conflicting", "bias-conflicting training examples"},
         {"unbiased_validation",
          "validation split, which is unbiased if the dataset says so"},
         {"worst_group_validation", "worst group of the validation split"},
         {"unbiased_test",
          "test split, which is unbiased if the dataset says so"},
         {"test_aligned", "bias-aligned test examples"},
         {"test_conflicting", "bias-conflicting test examples"},
         {"worst_group_test", "worst group of the test split"}},
        extra_splits_};
    for (const std::string& split : extra_splits_) {
      traits.results.push_back({split, "extra test split"});
    }
    return traits;
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    const TaskSpec& task = evaluation.task();
    const auto count = [&](const std::string& split) -> absl::StatusOr<Counts> {
      ASSIGN_OR_RETURN(const SplitOutputs* const outputs,
                       evaluation.Outputs(split));
      return CountRight(*outputs, task);
    };
    ASSIGN_OR_RETURN(const Counts train, count("train"));
    ASSIGN_OR_RETURN(const Counts validation, count("validation"));
    ASSIGN_OR_RETURN(const Counts test, count("test"));
    Json group_test = Json::array();
    for (const Count& group : test.groups) group_test.push_back(group.Share());
    Json values = {{"train", train.all.Share()},
                   {"train_aligned", train.aligned.Share()},
                   {"train_conflicting", train.conflicting.Share()},
                   {"unbiased_validation", validation.all.Share()},
                   {"worst_group_validation", WorstGroup(validation.groups)},
                   {"unbiased_test", test.all.Share()},
                   {"test_aligned", test.aligned.Share()},
                   {"test_conflicting", test.conflicting.Share()},
                   {"worst_group_test", WorstGroup(test.groups)},
                   {"group_test", group_test}};
    for (const std::string& split : extra_splits_) {
      ASSIGN_OR_RETURN(const Counts extra, count(split));
      values[split] = extra.all.Share();
    }
    return values;
  }

 private:
  std::vector<std::string> extra_splits_;
};

BIGSTEP_REGISTER(Metrics, "accuracy", Accuracy, AccuracyOptions);

}  // namespace
}  // namespace bigstep
