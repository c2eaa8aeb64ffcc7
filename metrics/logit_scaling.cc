// The change of the losses when all logits grow: those of mispredicted
// bias-conflicting examples grow in proportion, those of correct bias-aligned
// ones vanish exponentially.
//   The proposition of arXiv:2507.17748, tested on a trained network.
#include <ATen/ATen.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "metrics/outputs/softmax.h"

namespace bigstep {
namespace {

struct LogitScalingOptions : SplitOption, TimingOption {
  LogitScalingOptions() : TimingOption("at_end") {}

  std::vector<double> scales = {1, 2, 4, 8};

  static void Describe(Schema<LogitScalingOptions>& s) {
    s.Summary("Growth of the loss ratio under scaled logits, and its rate.")
        .Details(
            "The logits z of a split are multiplied by each of the scales k; "
            "loss_i(k) is the softmax cross-entropy of k z. The margin of an "
            "example is m = min_{j != y} z_y - z_j. For large k the loss of a "
            "correct example (m > 0) is about c exp(-k m), c being the number "
            "of classes at the smallest margin, and that of a wrong one (m < "
            "0) about k |m|. List log_loss_ratio: log(mean loss of the "
            "bias-conflicting examples / mean loss of the bias-aligned ones), "
            "all of them, for each of the list scales; ratio_growth: its last "
            "value minus its first. slope and margin test the rate, on wrong "
            "bias-conflicting and correct bias-aligned examples alone. With "
            "L(k) = mean log loss of the former - log k - mean log loss of the "
            "latter, where the first two tend to a constant and the third to a "
            "constant - k mean m, slope is (L(k_2) - L(k_1)) / (k_2 - k_1) for "
            "the two largest scales; margin is the mean m of the latter, which "
            "slope tends to as k grows, from below or above. Logarithms are "
            "averaged because a mean of losses would be dominated by the few "
            "examples with the smallest margins. Everything is computed in "
            "logarithms, so that no loss underflows. Null: all results if "
            "num_biases = 1; a result without examples of one of its two "
            "kinds. Cost: the shared forward pass of the split.")
        .Paper("arXiv:2507.17748");
    DescribeSplit(s);
    DescribeTiming(s);
    s.Field("scales", &LogitScalingOptions::scales)
        .Above(0)
        .Doc("factors of the logits (k), rising");
    s.Check([](const LogitScalingOptions& o) -> std::string {
      if (o.scales.size() < 2) return "scales must have at least two values";
      for (size_t i = 1; i < o.scales.size(); ++i) {
        if (o.scales[i] <= o.scales[i - 1]) {
          return absl::StrCat("scales must rise, got ", o.scales[i], " after ",
                              o.scales[i - 1]);
        }
      }
      return "";
    });
  }
};

// log of the mean of exp(`logs`); NaN over nothing.
double LogMeanExp(const at::Tensor& logs) {
  if (logs.numel() == 0) return std::nan("");
  return logs.logsumexp(0).item<double>() -
         std::log(static_cast<double>(logs.numel()));
}

class LogitScaling final : public Metric {
 public:
  LogitScaling(const LogitScalingOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {
        options_.When(),
        {Titled(
             "loss ratio growth",
             {"ratio_growth",
              "rise of log(bias-conflicting loss / bias-aligned loss) from the "
              "smallest to the largest scale",
              -kInfinity, kInfinity, Direction::kNeither}),
         Titled(
             "loss ratio slope",
             {"slope",
              "rise of the log ratio per unit of scale between the two largest "
              "scales, less that of log(scale)",
              -kInfinity, kInfinity, Direction::kNeither}),
         Titled("mean logit margin",
                {"margin", "what slope tends to: mean margin in logits", 0,
                 kInfinity, Direction::kNeither})},
        options_.ExtraSplits()};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const outputs,
                     evaluation.Outputs(options_.split));
    Json result = {{"ratio_growth", nullptr},
                   {"slope", nullptr},
                   {"margin", nullptr},
                   {"scales", options_.scales},
                   {"log_loss_ratio", Json::array()}};
    const TaskSpec& task = evaluation.task();
    if (task.num_biases == 1 || task.num_classes == 1) return result;
    const at::Tensor conflicting = outputs->labels.ne(outputs->bias_labels);
    const at::Tensor margins = Margins(outputs->logits, outputs->labels);
    const at::Tensor right = margins.gt(0).logical_and(~conflicting);
    const at::Tensor wrong = margins.lt(0).logical_and(conflicting);
    std::vector<double> ratios, rates;  // rates: L(k).
    for (const double scale : options_.scales) {
      const at::Tensor logs =
          LogLossAt(LogOddsAgainst(outputs->logits, outputs->labels, scale));
      ratios.push_back(LogMeanExp(logs.masked_select(conflicting)) -
                       LogMeanExp(logs.masked_select(~conflicting)));
      result["log_loss_ratio"].push_back(FiniteOrNull(ratios.back()));
      rates.push_back(logs.masked_select(wrong).mean().item<double>() -
                      std::log(scale) -
                      logs.masked_select(right).mean().item<double>());
    }
    result["ratio_growth"] = FiniteOrNull(ratios.back() - ratios.front());
    const size_t last = rates.size() - 1;
    result["slope"] =
        FiniteOrNull((rates[last] - rates[last - 1]) /
                     (options_.scales[last] - options_.scales[last - 1]));
    result["margin"] =
        FiniteOrNull(margins.masked_select(right).mean().item<double>());
    return result;
  }

 private:
  LogitScalingOptions options_;
};

BIGSTEP_REGISTER(Metrics, "logit_scaling", LogitScaling, LogitScalingOptions);

}  // namespace
}  // namespace bigstep
