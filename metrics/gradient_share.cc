// Which examples make up the gradient that trains the network.
//   The mechanism that arXiv:2507.17748 proposes is that mispredicted
//   bias-conflicting examples come to dominate training. Their share of the
//   cross-entropy (loss_dynamics) does not show it for a loss that weights
//   examples otherwise; their share of the gradient does.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/metric.h"
#include "metrics/options.h"

namespace bigstep {
namespace {

struct GradientShareOptions : SplitOption, TimingOption {
  GradientShareOptions() : SplitOption("train") {}

  static void Describe(Schema<GradientShareOptions>& s) {
    s.Summary("Which examples dominate the gradient of the trained loss.")
        .Details(
            "For the loss l_i of example i that is trained, without penalties "
            "and weights of examples, and its logits z_i: g_i = |dl_i / dz_i|, "
            "an L2 norm, in eval mode. With the bias-conflicting examples C of "
            "a split, conflicting = sum_C g / sum g. Under cross_entropy g_i = "
            "|p_i - e_y| for the softmax probabilities p_i and the one-hot "
            "label e_y, under generalized_cross_entropy p_y^q times that. Null "
            "if num_biases = 1, if all gradients are 0, and for numbers that "
            "are not finite. Cost: the shared forward pass of the split, and "
            "the loss and its gradient by the logits alone.")
        .Paper("arXiv:2507.17748");
    DescribeSplit(s);
    DescribeTiming(s);
  }
};

// |dl_i / dz_i| [N] float64 of the losses of `outputs`.
at::Tensor GradientNorms(const Evaluation& evaluation,
                         const SplitOutputs& outputs) {
  const at::AutoGradMode grad(true);
  const at::Tensor logits = outputs.logits.detach().requires_grad_();
  const at::Tensor losses = evaluation.TrainedLosses(logits, outputs.labels);
  // Losses are functions of their own row alone.
  return torch::autograd::grad({losses.sum()}, {logits})[0]
      .to(at::kDouble)
      .norm(2, 1);
}

class GradientShare final : public Metric {
 public:
  GradientShare(const GradientShareOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {options_.When(),
            {Titled("gradient share of conflicting examples",
                    {"conflicting",
                     "share of the bias-conflicting examples in the gradient",
                     0, 1, Direction::kNeither})},
            options_.ExtraSplits(),
            /*representation=*/false,
            /*of_training=*/true};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const outputs,
                     evaluation.Outputs(options_.split));
    if (evaluation.task().num_biases == 1)
      return Json{{"conflicting", nullptr}};
    const at::Tensor norms = GradientNorms(evaluation, *outputs);
    const at::Tensor conflicting = outputs->labels.ne(outputs->bias_labels);
    return Json{
        {"conflicting",
         FiniteOrNull(norms.masked_select(conflicting).sum().item<double>() /
                      norms.sum().item<double>())}};
  }

 private:
  GradientShareOptions options_;
};

BIGSTEP_REGISTER(Metrics, "gradient_share", GradientShare,
                 GradientShareOptions);

}  // namespace
}  // namespace bigstep
