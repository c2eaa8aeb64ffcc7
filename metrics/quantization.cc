// How much accuracy is left when weights are rounded to few bits, without
// training again: the network's compressibility.
//   Uniform symmetric quantization after training: Nagel et al., "A White Paper
//   on Neural Network Quantization", 2021, arXiv:2106.08295. That its error
//   follows the learning rate: arXiv:2510.06213.
#include "metrics/weights/quantization.h"

#include <ATen/ATen.h>

#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "metrics/weights/retained_accuracy.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct QuantizationOptions : SplitOption, TimingOption {
  QuantizationOptions() : TimingOption("at_end") {}

  std::vector<int64_t> bits = {8, 4, 3, 2};

  static void Describe(Schema<QuantizationOptions>& s) {
    s.Summary("Accuracy kept when weights are rounded, without training.")
        .Details(absl::StrCat(
            "For each number b of bits, the weights of a copy are rounded to "
            "the nearest multiple of max|w| / (2^(b - 1) - 1), the largest "
            "magnitude being that of their tensor; 2 bits leave -max, 0 and "
            "max. The copy is not trained again; its accuracy on the split is "
            "accuracy_at_<b>_bits (rounding makes equal logits, so of those "
            "within 1e-5 of the mean magnitude of logits of the largest the "
            "first is predicted), and retained_at_<b>_bits is that relative "
            "to the accuracy of the network as it is. ",
            kAboveChanceDetails,
            " Weights are the tensors with two or more dimensions; biases, "
            "scales, shifts and running statistics stay, and activations are "
            "not rounded. Cost: a forward pass over the split for each number "
            "of bits."))
        .Paper("arXiv:2106.08295, arXiv:2510.06213");
    s.Field("bits", &QuantizationOptions::bits)
        .AtLeast(2)
        .AtMost(16)
        .Doc("numbers of bits to try, each with results of its own");
    DescribeSplit(s);
    DescribeTiming(s);
    s.Check([](const QuantizationOptions& o) -> std::string {
      if (o.bits.empty()) return "bits must have at least one value";
      const std::set<int64_t> different(o.bits.begin(), o.bits.end());
      return different.size() == o.bits.size() ? "" : "bits must differ";
    });
  }
};

// ShareCorrect where logits may be as large as each other but for rounding:
// sums of multiples of one number are, and which is larger would depend on the
// order of the sums. The first of those that are within 1e-5 of the largest, in
// units of the mean magnitude of finite logits, is predicted.
double ShareCorrectOfTies(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor magnitudes = logits.masked_select(logits.isfinite()).abs();
  const double tolerance =
      1e-5 * magnitudes.to(at::kDouble).mean().item<double>();
  const at::Tensor largest = std::get<0>(logits.max(1, /*keepdim=*/true));
  return ShareCorrect(logits.ge(largest - tolerance).to(at::kLong), labels);
}

class Quantization final : public Metric {
 public:
  Quantization(const QuantizationOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    MetricTraits traits = {options_.When(), {}, options_.ExtraSplits()};
    for (const int64_t bits : options_.bits) {
      const std::string at = absl::StrCat("at ", bits, " bits");
      // A rounded network may do better than the whole one.
      traits.results.push_back(
          Titled(absl::StrCat("accuracy retained ", at),
                 {Name("retained", bits),
                  absl::StrCat("accuracy ", at, " relative to the whole's"), 0,
                  kInfinity}));
      traits.results.push_back(
          Titled(absl::StrCat("accuracy retained above chance ", at),
                 {Name("above_chance", bits),
                  "the same of the accuracy above chance, at most 1"}));
      traits.results.push_back(
          Titled(absl::StrCat("accuracy ", at),
                 {Name("accuracy", bits),
                  absl::StrCat("accuracy with weights of ", bits, " bits")}));
    }
    return traits;
  }

  absl::Status CheckModel(const Model& model) const override {
    return CheckQuantizable(model);
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const whole,
                     evaluation.Outputs(options_.split));
    const RetainedAccuracy retained(ShareCorrect(whole->logits, whole->labels),
                                    whole->labels,
                                    evaluation.task().num_classes);
    const std::unique_ptr<Model> copy = evaluation.CopyModel();
    Json result = Json::object();
    for (const int64_t bits : options_.bits) {
      RETURN_IF_ERROR(QuantizeWeights(evaluation.model(), bits, *copy));
      ASSIGN_OR_RETURN(const SplitOutputs outputs,
                       evaluation.OutputsOf(*copy, options_.split));
      const double accuracy =
          ShareCorrectOfTies(outputs.logits, outputs.labels);
      result[Name("retained", bits)] = retained.Share(accuracy);
      result[Name("above_chance", bits)] = retained.ShareAboveChance(accuracy);
      result[Name("accuracy", bits)] = accuracy;
    }
    return result;
  }

 private:
  static std::string Name(const std::string& what, int64_t bits) {
    return absl::StrCat(what, "_at_", bits, "_bits");
  }

  QuantizationOptions options_;
};

BIGSTEP_REGISTER(Metrics, "quantization", Quantization, QuantizationOptions);

}  // namespace
}  // namespace bigstep
