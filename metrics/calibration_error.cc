// Whether the network is as often right as its confidence says.
//   Guo et al., "On Calibration of Modern Neural Networks", ICML 2017,
//   arXiv:1706.04599, section 2.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/metric.h"
#include "metrics/options.h"

namespace bigstep {
namespace {

struct CalibrationErrorOptions : SplitOption, TimingOption {
  int64_t bins = 15;

  static void Describe(Schema<CalibrationErrorOptions>& s) {
    s.Summary("Difference between confidence and accuracy.")
        .Details(
            "The confidence of an example is its largest softmax probability. "
            "The n examples of a split go into M bins of equal width by "
            "confidence, bin m = 1..M being ((m - 1) / M, m / M]; acc_m and "
            "conf_m are the accuracy and the mean confidence of the n_m "
            "examples of bin m. expected = sum_m (n_m / n) |acc_m - conf_m| "
            "(equation 3), maximum = max_m |acc_m - conf_m| over bins with "
            "examples (equation 5), overconfidence = mean confidence - "
            "accuracy. brier_score = mean over examples of sum_k (p_k - [k = "
            "label])^2 for softmax probabilities p, from 0 to 2, without bins. "
            "Lists, one entry a bin: bin_count, bin_accuracy, bin_confidence, "
            "null for bins without examples. A result is null only if the "
            "logits are not finite. Cost: the shared forward pass of the "
            "split and nothing else.")
        .Paper("arXiv:1706.04599");
    DescribeSplit(s);
    DescribeTiming(s);
    s.Field("bins", &CalibrationErrorOptions::bins)
        .AtLeast(1)
        .AtMost(10000)
        .Doc("number of bins (M)");
  }
};

struct Bin {
  int64_t count = 0;
  double right = 0, confidence = 0;  // Sums.

  double Accuracy() const { return right / static_cast<double>(count); }
  double Confidence() const { return confidence / static_cast<double>(count); }
};

// `confidence` [N] float64 in [0, 1], `right` [N] bool.
std::vector<Bin> FillBins(const at::Tensor& confidence, const at::Tensor& right,
                          int64_t num_bins) {
  // On the CPU: another device might add in another order each time.
  const at::Tensor values = confidence.cpu();
  const at::Tensor inner_edges =
      at::arange(1, num_bins, at::kDouble) / num_bins;
  const at::Tensor bin = at::bucketize(values, inner_edges);
  const at::Tensor counts = at::bincount(bin, {}, num_bins);
  const at::Tensor rights =
      at::bincount(bin, right.cpu().to(at::kDouble), num_bins);
  const at::Tensor confidences = at::bincount(bin, values, num_bins);
  std::vector<Bin> bins;
  for (int64_t b = 0; b < num_bins; ++b) {
    bins.push_back({counts[b].item<int64_t>(), rights[b].item<double>(),
                    confidences[b].item<double>()});
  }
  return bins;
}

class CalibrationError final : public Metric {
 public:
  CalibrationError(const CalibrationErrorOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {
        options_.When(),
        {Titled("expected calibration error",
                {"expected", "expected calibration error", 0, 1,
                 Direction::kLower}),
         Titled(
             "maximum calibration error",
             {"maximum", "maximum calibration error", 0, 1, Direction::kLower}),
         Titled("mean confidence",
                {"mean_confidence", "mean of the largest softmax probability",
                 0, 1, Direction::kNeither}),
         Titled("overconfidence",
                {"overconfidence", "mean confidence - accuracy", -1, 1,
                 Direction::kNeither}),
         Titled(
             "Brier score",
             {"brier_score", "mean squared error of the softmax probabilities",
              0, 2, Direction::kLower})},
        options_.ExtraSplits()};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const outputs,
                     evaluation.Outputs(options_.split));
    const at::Tensor probabilities =
        at::softmax(outputs->logits, 1, at::kDouble);
    // Probabilities may tie where logits do not.
    const at::Tensor right =
        outputs->logits.argmax(1).eq(outputs->labels);  // [N] bool.
    Json result = Summary(
        FillBins(std::get<0>(probabilities.max(1)), right, options_.bins));
    const at::Tensor error =
        probabilities -
        at::one_hot(outputs->labels, probabilities.size(1)).to(at::kDouble);
    result["brier_score"] =
        FiniteOrNull(error.square().sum(1).mean().item<double>());
    return result;
  }

 private:
  static Json Summary(const std::vector<Bin>& bins) {
    Json accuracies = Json::array(), confidences = Json::array(),
         counts = Json::array();
    Bin all;
    double gaps = 0, largest = 0;
    for (const Bin& bin : bins) {
      counts.push_back(bin.count);
      accuracies.push_back(FiniteOrNull(bin.Accuracy()));
      confidences.push_back(FiniteOrNull(bin.Confidence()));
      if (bin.count == 0) continue;
      all.count += bin.count;
      all.right += bin.right;
      all.confidence += bin.confidence;
      const double gap = std::abs(bin.right - bin.confidence);
      gaps += gap;
      largest = std::max(largest, gap / static_cast<double>(bin.count));
    }
    return {{"expected", FiniteOrNull(gaps / static_cast<double>(all.count))},
            // The comparison above passes over NaN, the sum does not.
            {"maximum", std::isfinite(gaps) ? Json(largest) : Json()},
            {"mean_confidence", FiniteOrNull(all.Confidence())},
            {"overconfidence", FiniteOrNull(all.Confidence() - all.Accuracy())},
            {"bin_count", counts},
            {"bin_accuracy", accuracies},
            {"bin_confidence", confidences}};
  }

  CalibrationErrorOptions options_;
};

BIGSTEP_REGISTER(Metrics, "calibration_error", CalibrationError,
                 CalibrationErrorOptions);

}  // namespace
}  // namespace bigstep
