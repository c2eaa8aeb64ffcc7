#include "metrics/loss/loss_gradient.h"

#include <ATen/ATen.h>
#include <ATen/core/Reduction.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "base/status.h"
#include "models/model.h"

namespace bigstep {

absl::StatusOr<LossGradient> MeanLossGradient(Evaluation& evaluation,
                                              const std::string& split,
                                              const at::Tensor& positions) {
  LossGradient sum;
  std::vector<at::Tensor> parameters;
  for (const auto& [name, parameter] : Parameters(evaluation.model())) {
    parameters.push_back(parameter);
    sum.gradient.emplace_back(name,
                              at::zeros_like(parameter.detach(), at::kDouble));
  }
  const auto add_batch = [&](const EvaluationBatch& batch) {
    const at::AutoGradMode with_gradients(true);
    const at::Tensor logits =
        evaluation.model().Forward(batch.inputs).logits.to(at::kDouble);
    const at::Tensor loss =
        at::cross_entropy_loss(logits, batch.labels, {}, at::Reduction::Sum);
    const std::vector<at::Tensor> gradients =
        torch::autograd::grad({loss}, parameters, /*grad_outputs=*/{},
                              /*retain_graph=*/false, /*create_graph=*/false,
                              /*allow_unused=*/true);
    sum.loss += loss.item<double>();
    for (size_t i = 0; i < gradients.size(); ++i) {
      if (gradients[i].defined()) sum.gradient[i].second.add_(gradients[i]);
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(evaluation.ForEachBatch(split, positions, add_batch,
                                          evaluation.GradientBatchSize()));
  const auto n = static_cast<double>(positions.size(0));
  sum.loss /= n;
  for (auto& [name, gradient] : sum.gradient) gradient.div_(n);
  return sum;
}

}  // namespace bigstep
