// How many coordinates of its input a network makes no use of.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cstdint>
#include <memory>

#include "base/status.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct InputSparsityOptions : SplitOption, TimingOption {
  InputSparsityOptions() : TimingOption("at_end") {}

  double threshold = 1e-3;
  int64_t examples = 100;

  static void Describe(Schema<InputSparsityOptions>& s) {
    s.Summary("Share of the input's coordinates that the outputs ignore.")
        .Details(
            "The use of coordinate j is s_j, the mean over examples and "
            "outputs k of |d output_k / d x_j|. zeros: share of the "
            "coordinates with s_j <= threshold * max s. For a network that is "
            "linear in its input, such as diagonal_linear, s is the magnitude "
            "of its coefficients. Computed in float64 from the float32 "
            "weights: products of weights far below float32's smallest number "
            "are not lost. Null if a gradient overflows. Cost: a forward and, "
            "for each output, a backward pass over the examples.")
        .Paper("arXiv:2210.05337");
    s.Field("threshold", &InputSparsityOptions::threshold)
        .AtLeast(0)
        .Below(1)
        .Doc("share of the largest use up to which a coordinate is ignored");
    s.Field("examples", &InputSparsityOptions::examples)
        .AtLeast(1)
        .Doc("random examples of the split that are used, at most");
    DescribeSplit(s);
    DescribeTiming(s);
  }
};

class InputSparsity final : public Metric {
 public:
  InputSparsity(const InputSparsityOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {.timing = options_.When(),
            .results = {Titled(
                "input sparsity",
                {"zeros", "share of input coordinates that are ignored"})},
            .extra_splits = options_.ExtraSplits(),
            .task = Task::kEither};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const at::Tensor positions,
                     evaluation.Sample(options_.split, options_.examples));
    const std::unique_ptr<Model> model = evaluation.CopyModel();
    model->to(at::kDouble);
    model->eval();
    const int64_t outputs = evaluation.task().num_outputs();
    at::Tensor use;
    const auto add_batch = [&](const EvaluationBatch& batch) {
      const c10::AutoGradMode with_gradients(true);
      const at::Tensor x = batch.inputs.to(at::kDouble).requires_grad_();
      const at::Tensor y = model->Forward(x).logits;
      for (int64_t k = 0; k < outputs; ++k) {
        const at::Tensor gradient = torch::autograd::grad(
            {y.select(1, k).sum()}, {x},
            /*grad_outputs=*/{}, /*retain_graph=*/true)[0];
        const at::Tensor sum = gradient.detach().abs().sum(0).flatten();
        use = use.defined() ? use + sum : sum;
      }
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(evaluation.ForEachBatch(
        options_.split, positions, add_batch, evaluation.GradientBatchSize()));
    const auto n = static_cast<double>(use.numel());
    if (!at::isfinite(use).all().item<bool>()) return Json{{"zeros", nullptr}};
    const auto ignored =
        use.le(use.max() * options_.threshold).sum().item<int64_t>();
    return Json{{"zeros", static_cast<double>(ignored) / n}};
  }

 private:
  InputSparsityOptions options_;
};

BIGSTEP_REGISTER(Metrics, "input_sparsity", InputSparsity,
                 InputSparsityOptions);

}  // namespace
}  // namespace bigstep
