// How well the logits of a class rank its examples before those of others: the
// area under the receiver operating characteristic.
//   Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27,
//   2006, sections 7 and 9.
#include <ATen/ATen.h>

#include <cstdint>
#include <tuple>

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
            "shared forward pass of the split, and a sort of its examples for "
            "each class.")
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

// Log-odds by `logits` [N, K] float64, K >= 2: monotone in probabilities, which
// round to 1 for large logits.
class LogOdds {
 public:
  explicit LogOdds(const at::Tensor& logits)
      : logits_(logits),
        up_to_(logits.logcumsumexp(1)),
        from_(logits.flip(1).logcumsumexp(1).flip(1)) {}

  // Of class k: [N].
  at::Tensor Of(int64_t k) const {
    return logits_.select(1, k) - OthersThan(k);
  }

 private:
  // log(sum_{j != k} exp z_j).
  at::Tensor OthersThan(int64_t k) const {
    if (k == 0) return from_.select(1, 1);
    const at::Tensor before = up_to_.select(1, k - 1);
    if (k == logits_.size(1) - 1) return before;
    return at::logaddexp(before, from_.select(1, k + 1));
  }

  at::Tensor logits_, up_to_, from_;
};

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
    if (logits.size(1) < 2 || !at::isfinite(logits).all().item<bool>()) {
      return Null();
    }
    const LogOdds log_odds(logits);
    double sum = 0;
    int classes = 0;
    for (int64_t k = 0; k < logits.size(1); ++k) {
      const at::Tensor positive = labels.eq(k);
      const auto n = positive.sum().item<int64_t>();
      if (n == 0) continue;
      if (n == labels.size(0)) return Null();
      sum += Area(log_odds.Of(k), positive);
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
