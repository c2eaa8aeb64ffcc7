// TODO: what it measures, in a sentence or two; the paper and the equation.
#include <ATen/ATen.h>

#include "metrics/metric.h"

namespace bigstep {
namespace {

struct @Class@Options {
  double threshold = 0.5;

  static void Describe(Schema<@Class@Options>& s) {
    s.Summary("TODO: one sentence.")
        .Details("TODO: the definition. Cost: the shared forward pass.")
        .Paper("TODO: arXiv:....");
    s.Field("threshold", &@Class@Options::threshold)
        .AtLeast(0)
        .AtMost(1)
        .Doc("TODO: meaning");
  }
};

class @Class@ final : public Metric {
 public:
  @Class@(const @Class@Options& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {Timing::kByStep,
            {{"confident", "share of test predictions above the threshold"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    const at::Tensor& logits = evaluation.Outputs(SplitName::kTest).logits;
    const at::Tensor confidence = std::get<0>(at::softmax(logits, 1).max(1));
    return Json{{"confident", confidence.gt(options_.threshold)
                                  .to(at::kDouble)
                                  .mean()
                                  .item<double>()}};
  }

 private:
  @Class@Options options_;
};

BIGSTEP_REGISTER(Metrics, "@name@", @Class@, @Class@Options);

}  // namespace
}  // namespace bigstep
