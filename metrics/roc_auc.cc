// How well the logits of a class rank its examples before those of others: the
// area under the receiver operating characteristic.
//   Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27,
//   2006, sections 7 and 9.
#include <ATen/ATen.h>

#include <tuple>
#include <vector>

#include "base/status.h"
#include "metrics/metric.h"
#include "metrics/options.h"

namespace bigstep {
namespace {

struct RocAucOptions : SplitOption, TimingOption {
  static void Describe(Schema<RocAucOptions>& s) {
    s.Summary("Area under the ROC curve, each class against the rest.")
        .Details(
            "auc of a class is the share of pairs of one of its examples and "
            "one of another class in which the first has the larger "
            "log-odds z_k - log(sum_{j != k} exp z_j); equal ones count half. "
            "With two classes both have the same value; with more, auc is the "
            "mean over the classes of the split, each counted once. 1/2 for a "
            "network that guesses, whatever the shares of the classes. Null "
            "for a split of one class and if a logit overflows. Cost: the "
            "shared forward pass of the split.")
        .Paper("doi:10.1016/j.patrec.2005.10.010");
    DescribeSplit(s);
    DescribeTiming(s);
  }
};

// The area for `scores` [N] float64 of examples that are of the class where
// `positive` [N] bool. Both kinds occur.
double Area(const at::Tensor& scores, const at::Tensor& positive) {
  const auto [sorted, order] = scores.sort();
  const at::Tensor ranked = positive.index_select(0, order).to(at::kDouble);
  const at::Tensor group =
      std::get<1>(at::unique_consecutive(sorted, /*return_inverse=*/true));
  const int64_t groups = group[-1].item<int64_t>() + 1;
  // Of each group of equal scores, examples of the class and others. Whole
  // numbers: sums are exact.
  const auto count = [&](const at::Tensor& weights) {
    return at::bincount(group, weights, groups);
  };
  const at::Tensor ours = count(ranked);
  const at::Tensor others = count(1 - ranked);
  const at::Tensor below = others.cumsum(0) - others;
  const double pairs = ours.sum().item<double>() * others.sum().item<double>();
  return (ours * (below + others / 2)).sum().item<double>() / pairs;
}

// The log-odds of class k by `logits` [N, K] float64: monotone in its
// probability, which rounds to 1 for large logits.
at::Tensor LogOdds(const at::Tensor& logits, int64_t k) {
  std::vector<at::Tensor> others;
  for (int64_t j = 0; j < logits.size(1); ++j) {
    if (j != k) others.push_back(logits.select(1, j));
  }
  return logits.select(1, k) - at::stack(others, 1).logsumexp(1);
}

class RocAuc final : public Metric {
 public:
  RocAuc(const RocAucOptions& options, const MetricArgs&) : options_(options) {}

  MetricTraits Traits() const override {
    return {options_.When(),
            {Titled("area under the ROC curve",
                    {"auc", "area under the ROC curve, mean over classes"})},
            options_.ExtraSplits()};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const outputs,
                     evaluation.Outputs(options_.split));
    const at::Tensor logits = outputs->logits.to(at::kCPU, at::kDouble);
    const at::Tensor labels = outputs->labels.cpu();
    double sum = 0;
    int classes = 0;
    for (int64_t k = 0; k < logits.size(1); ++k) {
      const at::Tensor positive = labels.eq(k);
      const auto n = positive.sum().item<int64_t>();
      if (n == 0) continue;
      const bool alone = n == labels.size(0);
      if (alone || !at::isfinite(logits).all().item<bool>()) return Null();
      sum += Area(LogOdds(logits, k), positive);
      ++classes;
    }
    return classes == 0 ? Null() : Json{{"auc", sum / classes}};
  }

 private:
  static Json Null() { return {{"auc", nullptr}}; }

  RocAucOptions options_;
};

BIGSTEP_REGISTER(Metrics, "roc_auc", RocAuc, RocAucOptions);

}  // namespace
}  // namespace bigstep
