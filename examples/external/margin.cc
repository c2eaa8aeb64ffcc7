// How far the logit of the right class lies above the largest other one.
#include <ATen/ATen.h>

#include <cmath>
#include <tuple>

#include "base/status.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

struct MarginOptions {
  static void Describe(Schema<MarginOptions>& s) {
    s.Summary("Margin of predictions on unbiased test data.")
        .Details(
            "The logit of the label less the largest other logit, mean over "
            "the test examples; negative where predictions are wrong. Cost: "
            "the shared forward pass.")
        .Paper("Bartlett et al., NeurIPS 2017, arXiv 1706.08498, section 1");
  }
};

class Margin final : public Metric {
 public:
  Margin(const MarginOptions&, const MetricArgs&) {}

  MetricTraits Traits() const override {
    return {Timing::kByStep,
            {Titled("mean margin",
                    {"mean", "mean margin on test data, in units of logits",
                     -kInfinity, kInfinity, Direction::kHigher})}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const test,
                     evaluation.Outputs("test"));
    const at::Tensor logits = test->logits.to(at::kDouble);
    const at::Tensor labels = test->labels.unsqueeze(1);
    const at::Tensor right = logits.gather(1, labels).squeeze(1);
    const at::Tensor others =
        std::get<0>(logits.scatter(1, labels, -kInfinity).max(1));
    const double mean = (right - others).mean().item<double>();
    // Logits of a network that has diverged: a result is finite or null.
    return Json{{"mean", std::isfinite(mean) ? Json(mean) : Json()}};
  }
};

BIGSTEP_REGISTER(Metrics, "margin", Margin, MarginOptions);

}  // namespace
}  // namespace bigstep
