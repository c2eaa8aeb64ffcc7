// Whether a network has learnt a rare pattern: how often the pattern raises the
// probability of the class that a few training examples showed it with.
//   Yang, Chou and Chaudhuri, "Understanding Rare Spurious Correlations in
//   Neural Networks", 2022, arXiv:2202.05189, spurious score.
#include <ATen/ATen.h>

#include <string>
#include <utility>

#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/metric.h"
#include "metrics/options.h"

namespace bigstep {
namespace {

struct SpuriousScoreOptions : TimingOption {
  double threshold = 0.1;

  static void Describe(Schema<SpuriousScoreOptions>& s) {
    s.Summary("Share of examples that a rare pattern draws towards its class.")
        .Details(
            "For datasets with a rare pattern (rare_mnist, rare_cifar10), "
            "whose test split 'pattern' shows the examples of test, in the "
            "same order, with the pattern. An example's rise is its softmax "
            "probability of the pattern's class with the pattern minus that "
            "without. score is the share of test examples of other classes "
            "with a rise above the threshold; score_all the same over all test "
            "examples, as published; mean_rise the mean rise over examples of "
            "other classes. flipped is the share of the examples of other "
            "classes not predicted as the pattern's class that are predicted "
            "so with the pattern. Null for other datasets and if a logit "
            "overflows. Cost: the shared forward pass of test, and one over "
            "'pattern'.")
        .Paper("arXiv:2202.05189");
    s.Field("threshold", &SpuriousScoreOptions::threshold)
        .AtLeast(0)
        .Below(1)
        .Doc("rise of the probability above which an example counts");
    DescribeTiming(s);
  }
};

class SpuriousScore final : public Metric {
 public:
  SpuriousScore(const SpuriousScoreOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {options_.When(),
            {Titled("spurious score",
                    {"score",
                     "share of test examples of other classes drawn towards "
                     "the pattern's class",
                     0, 1, Direction::kLower}),
             Titled("spurious score over all classes",
                    {"score_all", "the same over all test examples", 0, 1,
                     Direction::kLower}),
             Titled("rise by the rare pattern",
                    {"mean_rise",
                     "mean rise of the probability of the pattern's class over "
                     "examples of others",
                     -1, 1, Direction::kLower}),
             Titled("predictions flipped by the rare pattern",
                    {"flipped",
                     "share of the predictions of other classes that the "
                     "pattern turns to its own",
                     0, 1, Direction::kLower})}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    const Json& notes = evaluation.dataset().notes;
    if (!notes.contains("pattern_class")) return Results();
    ASSIGN_OR_RETURN(const SplitOutputs* const without,
                     evaluation.Outputs("test"));
    ASSIGN_OR_RETURN(const SplitOutputs* const with,
                     evaluation.Outputs("pattern"));
    const auto target = notes["pattern_class"].get<int64_t>();
    const auto probability = [target](const SplitOutputs& outputs) {
      return at::softmax(outputs.logits, 1, at::kDouble).select(1, target);
    };
    const at::Tensor rise = probability(*with) - probability(*without);
    if (!at::isfinite(rise).all().item<bool>()) return Results();
    const at::Tensor raised = rise.gt(options_.threshold);
    const at::Tensor others = without->labels.ne(target);
    const at::Tensor before = without->logits.argmax(1).ne(target);
    const at::Tensor after = with->logits.argmax(1).eq(target);
    return Results(MeanOf(raised.masked_select(others)), MeanOf(raised),
                   MeanOf(rise.masked_select(others)),
                   MeanOf(after.masked_select(others.logical_and(before))));
  }

 private:
  // Null without numbers.
  static Json Results(Json score = {}, Json score_all = {}, Json rise = {},
                      Json flipped = {}) {
    return {{"score", std::move(score)},
            {"score_all", std::move(score_all)},
            {"mean_rise", std::move(rise)},
            {"flipped", std::move(flipped)}};
  }

  // Of `values` [M]; null if M = 0.
  static Json MeanOf(const at::Tensor& values) {
    return FiniteOrNull(values.to(at::kDouble).mean().item<double>());
  }

  SpuriousScoreOptions options_;
};

BIGSTEP_REGISTER(Metrics, "spurious_score", SpuriousScore,
                 SpuriousScoreOptions);

}  // namespace
}  // namespace bigstep
