// A toy to start from. Say here what the plugin is, in a sentence or two a
// newcomer understands, with the paper and the number of its equation.
#include <ATen/ATen.h>

#include "base/status.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

struct ToyOptions {
  double threshold = 0.5;

  static void Describe(Schema<ToyOptions>& s) {
    s.Summary("A toy to start from: confident predictions.")
        .Details(
            "Share of test examples whose largest softmax probability exceeds "
            "the threshold. Cost: the shared forward pass.")
        .Paper("none");
    s.Field("threshold", &ToyOptions::threshold)
        .AtLeast(0)
        .AtMost(1)
        .Doc("probability from which a prediction is confident");
  }
};

class Toy final : public Metric {
 public:
  Toy(const ToyOptions& options, const MetricArgs&) : options_(options) {}

  MetricTraits Traits() const override {
    return {Timing::kByStep,
            {Titled("confident predictions",
                    {"confident",
                     "share of test predictions above the threshold"})}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const test,
                     evaluation.Outputs("test"));
    const at::Tensor& logits = test->logits;
    const at::Tensor confidence = std::get<0>(at::softmax(logits, 1).max(1));
    return Json{{"confident", confidence.gt(options_.threshold)
                                  .to(at::kDouble)
                                  .mean()
                                  .item<double>()}};
  }

 private:
  ToyOptions options_;
};

BIGSTEP_REGISTER(Metrics, "toy", Toy, ToyOptions);

}  // namespace
}  // namespace bigstep
