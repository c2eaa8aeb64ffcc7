// Share of correct predictions: on each split, in each group, in the worst
// group, averaged over groups, and apart for bias-aligned and bias-conflicting
// examples; and how far predictions follow the spurious feature.
//   Sagawa et al., "Distributionally Robust Neural Networks", ICLR 2020,
//   arXiv:1911.08731 (worst group, adjusted average); Nam et al., NeurIPS 2020,
//   arXiv:2007.02561 (aligned, conflicting, mean over groups).
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
            "least accuracy of a group that has examples, group_mean the mean "
            "over groups that have examples. worst_group_by_class is the least "
            "accuracy of the groups of each class, averaged over classes that "
            "have examples. Their standard errors are those of a share p of n "
            "examples, s = sqrt(p (1 - p) / n) of the worst group (the "
            "smallest of several that are as bad), and sqrt(sum of s^2) / K "
            "over the worst groups of K classes: with few examples in a group "
            "the least of many shares is low by chance, which they do not "
            "correct, and at p = 0 or 1 they are 0. adjusted_average = sum_g "
            "(n_g / n) acc_g with the accuracy acc_g of group g on the split "
            "and its n_g of n examples of the whole training split: the "
            "accuracy on data like those for training; null if a group of the "
            "training split has no example. Bias-aligned means label = bias "
            "label. bias_agreement is the share of predictions equal to the "
            "bias label: 1 for a network that reads the spurious feature "
            "alone, the share of bias-aligned examples for one that is always "
            "right. bias_explained_errors is that share among wrong "
            "predictions of bias-conflicting examples, 1 of necessity if "
            "labels and bias labels have two values. Without a bias label "
            "(num_biases = 1) these and the results by alignment are null and "
            "groups are classes. Shares of no examples are null. Lists on the "
            "test split: group_test holds the accuracy of every group, "
            "numbered label * num_biases + bias label; class_test that of "
            "every class; matrix_test and counts_test, a row for each label "
            "and in it a column for each bias label, accuracies and numbers of "
            "examples. Cost: the shared forward pass of the three splits and "
            "of extra_splits.")
        .Paper("arXiv:1911.08731")
        // 2: adjusted averages, group mean and use of the bias. 3: worst groups
        // by class and standard errors. Records of earlier versions lack them.
        .Version(3);
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

  // The square of the share's binomial standard error; something is counted.
  double Variance() const {
    const double share = Share().get<double>();
    return share * (1 - share) / static_cast<double>(all);
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

// The group with the least share, the smallest of several, among groups
// [first, first + n); one without examples if all of them are.
Count WorstGroup(const std::vector<Count>& groups, int64_t first, int64_t n) {
  Count worst;
  for (int64_t i = first; i < first + n; ++i) {
    const Count& group = groups[i];
    if (group.all == 0) continue;
    const bool as_bad = worst.all > 0 && group.Share() == worst.Share();
    if (worst.all == 0 || group.Share() < worst.Share() ||
        (as_bad && group.all < worst.all)) {
      worst = group;
    }
  }
  return worst;
}

Json WorstShare(const std::vector<Count>& groups) {
  return WorstGroup(groups, 0, static_cast<int64_t>(groups.size())).Share();
}

// The results about the worst groups of the test split beside the worst share;
// null where there are no examples.
Json WorstGroups(const std::vector<Count>& groups, const TaskSpec& task) {
  const Count worst =
      WorstGroup(groups, 0, static_cast<int64_t>(groups.size()));
  double sum = 0, variance = 0, classes = 0;
  for (int64_t k = 0; k < task.num_classes; ++k) {
    const Count of_class =
        WorstGroup(groups, k * task.num_biases, task.num_biases);
    if (of_class.all == 0) continue;
    sum += of_class.Share().get<double>();
    variance += of_class.Variance();
    ++classes;
  }
  if (classes == 0) {
    return {{"worst_group_standard_error_test", nullptr},
            {"worst_group_by_class_test", nullptr},
            {"worst_group_by_class_standard_error_test", nullptr}};
  }
  return {{"worst_group_standard_error_test", std::sqrt(worst.Variance())},
          {"worst_group_by_class_test", sum / classes},
          {"worst_group_by_class_standard_error_test",
           std::sqrt(variance) / classes}};
}

// Over groups with examples; null if there are none.
Json GroupMean(const std::vector<Count>& groups) {
  double sum = 0;
  int64_t number = 0;
  for (const Count& group : groups) {
    if (group.all == 0) continue;
    sum += group.Share().get<double>();
    ++number;
  }
  if (number == 0) return nullptr;
  return sum / static_cast<double>(number);
}

// The numbers of examples of each group, [G] int64 on the CPU.
at::Tensor GroupSizes(const Split& split, const TaskSpec& task) {
  return at::bincount(split.labels * task.num_biases + split.bias_labels, {},
                      task.num_groups())
      .cpu();
}

// The mean accuracy of groups weighted by `sizes` [G] int64; null if a group
// with weight has no example.
Json AdjustedAverage(const std::vector<Count>& groups,
                     const at::Tensor& sizes) {
  double sum = 0;
  for (size_t group = 0; group < groups.size(); ++group) {
    const auto size = sizes[static_cast<int64_t>(group)].item<int64_t>();
    if (size == 0) continue;
    if (groups[group].all == 0) return nullptr;
    sum += static_cast<double>(size) * groups[group].Share().get<double>();
  }
  return sum / static_cast<double>(sizes.sum().item<int64_t>());
}

// How far predictions follow the spurious feature.
Json BiasUse(const SplitOutputs& outputs, const TaskSpec& task) {
  Json values = {{"bias_agreement_test", nullptr},
                 {"bias_explained_errors_test", nullptr}};
  if (task.num_biases == 1) return values;
  const auto number = [](const at::Tensor& flags) {
    return flags.sum().item<int64_t>();
  };
  const at::Tensor predictions = outputs.logits.argmax(1);
  const at::Tensor follows = predictions.eq(outputs.bias_labels);
  const at::Tensor errors =
      predictions.ne(outputs.labels)
          .logical_and(outputs.labels.ne(outputs.bias_labels));
  values["bias_agreement_test"] =
      Count{number(follows), follows.size(0)}.Share();
  values["bias_explained_errors_test"] =
      Count{number(errors.logical_and(follows)), number(errors)}.Share();
  return values;
}

// The lists of the test split.
Json Lists(const std::vector<Count>& groups, const TaskSpec& task) {
  Json by_group = Json::array(), by_class = Json::array(),
       matrix = Json::array(), counts = Json::array();
  for (int64_t label = 0; label < task.num_classes; ++label) {
    Json row = Json::array(), row_counts = Json::array();
    Count of_class;
    for (int64_t bias = 0; bias < task.num_biases; ++bias) {
      const Count& group = groups[label * task.num_biases + bias];
      by_group.push_back(group.Share());
      row.push_back(group.Share());
      row_counts.push_back(group.all);
      of_class += group;
    }
    by_class.push_back(of_class.Share());
    matrix.push_back(row);
    counts.push_back(row_counts);
  }
  return {{"group_test", by_group},
          {"class_test", by_class},
          {"matrix_test", matrix},
          {"counts_test", counts}};
}

class Accuracy final : public Metric {
 public:
  Accuracy(const AccuracyOptions& options, const MetricArgs&)
      : extra_splits_(options.extra_splits) {}

  MetricTraits Traits() const override {
    MetricTraits traits = {
        Timing::kByStep,
        {Titled("training accuracy", {"train", "training split"}),
         Titled("training accuracy, bias-aligned",
                {"train_aligned", "bias-aligned training examples"}),
         Titled("training accuracy, bias-conflicting",
                {"train_conflicting", "bias-conflicting training examples"}),
         Titled("unbiased validation accuracy",
                {"unbiased_validation",
                 "validation split, which is unbiased if the dataset says so"}),
         Titled(
             "worst-group validation accuracy",
             {"worst_group_validation", "worst group of the validation split"}),
         Titled("unbiased accuracy",
                {"unbiased_test",
                 "test split, which is unbiased if the dataset says so"}),
         Titled("bias-aligned accuracy",
                {"test_aligned", "bias-aligned test examples"}),
         Titled("bias-conflicting accuracy",
                {"test_conflicting", "bias-conflicting test examples"}),
         Titled("worst-group accuracy",
                {"worst_group_test", "worst group of the test split"}),
         Titled("adjusted average validation accuracy",
                {"adjusted_average_validation",
                 "groups of the validation split, weighted as in training"}),
         Titled("adjusted average accuracy",
                {"adjusted_average_test",
                 "groups of the test split, weighted as in training"}),
         Titled("mean accuracy over groups",
                {"group_mean_test", "mean over the groups of the test split"}),
         Titled("agreement with the bias",
                {"bias_agreement_test",
                 "share of predictions equal to the bias label", 0, 1,
                 Direction::kNeither}),
         Titled("errors explained by the bias",
                {"bias_explained_errors_test",
                 "share of wrong predictions of bias-conflicting test examples "
                 "that "
                 "equal the bias label",
                 0, 1, Direction::kNeither}),
         Titled("worst-group accuracy by class",
                {"worst_group_by_class_test",
                 "worst group of each class of the test split, averaged over "
                 "classes"}),
         Titled("standard error of worst-group accuracy",
                {"worst_group_standard_error_test",
                 "of worst_group_test, as a binomial share", 0, 0.5,
                 Direction::kNeither}),
         Titled("standard error of worst-group accuracy by class",
                {"worst_group_by_class_standard_error_test",
                 "of worst_group_by_class_test, likewise", 0, 0.5,
                 Direction::kNeither})},
        extra_splits_};
    for (const std::string& split : extra_splits_) {
      traits.results.push_back(Titled(absl::StrCat("accuracy on ", split),
                                      {split, "extra test split"}));
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
    ASSIGN_OR_RETURN(const SplitOutputs* const test_outputs,
                     evaluation.Outputs("test"));
    const at::Tensor sizes = GroupSizes(evaluation.dataset().train, task);
    Json values = {
        {"train", train.all.Share()},
        {"train_aligned", train.aligned.Share()},
        {"train_conflicting", train.conflicting.Share()},
        {"unbiased_validation", validation.all.Share()},
        {"worst_group_validation", WorstShare(validation.groups)},
        {"unbiased_test", test.all.Share()},
        {"test_aligned", test.aligned.Share()},
        {"test_conflicting", test.conflicting.Share()},
        {"worst_group_test", WorstShare(test.groups)},
        {"adjusted_average_validation",
         AdjustedAverage(validation.groups, sizes)},
        {"adjusted_average_test", AdjustedAverage(test.groups, sizes)},
        {"group_mean_test", GroupMean(test.groups)}};
    values.update(WorstGroups(test.groups, task));
    values.update(BiasUse(*test_outputs, task));
    values.update(Lists(test.groups, task));
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
