#include "metrics/loss/hessian.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <vector>

#include "base/status.h"
#include "models/model.h"

namespace bigstep {
namespace {

// Pieces of `flat` [n] in the shapes of `parameters`.
std::vector<at::Tensor> Split(const at::Tensor& flat,
                              const std::vector<at::Tensor>& parameters) {
  std::vector<at::Tensor> pieces;
  int64_t begin = 0;
  for (const at::Tensor& parameter : parameters) {
    const int64_t end = begin + parameter.numel();
    pieces.push_back(flat.slice(0, begin, end)
                         .view_as(parameter)
                         .to(parameter.scalar_type()));
    begin = end;
  }
  return pieces;
}

// Adds the gradient of `value` with respect to `parameters` to `sum` [n].
void AddGradient(const at::Tensor& value,
                 const std::vector<at::Tensor>& parameters, at::Tensor& sum) {
  const auto gradients = torch::autograd::grad(
      {value}, parameters, /*grad_outputs=*/{}, /*retain_graph=*/false,
      /*create_graph=*/false, /*allow_unused=*/true);
  std::vector<at::Tensor> flat;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const at::Tensor& gradient = gradients[i];
    flat.push_back(gradient.defined()
                       ? gradient.flatten()
                       : at::zeros_like(parameters[i]).flatten());
  }
  sum += at::cat(flat);
}

// (d/dw (v . dL/dw)) of one batch's summed cross-entropy, added to `sum`.
void AddProduct(Model& model, const EvaluationBatch& batch, const at::Tensor& v,
                at::Tensor& sum) {
  const std::vector<at::Tensor> parameters = model.parameters();
  const at::Tensor loss =
      at::cross_entropy_loss(model.Forward(batch.inputs).logits, batch.labels,
                             /*weight=*/{}, at::Reduction::Sum);
  const auto gradients = torch::autograd::grad(
      {loss}, parameters, /*grad_outputs=*/{}, /*retain_graph=*/true,
      /*create_graph=*/true, /*allow_unused=*/true);
  const std::vector<at::Tensor> pieces = Split(v, parameters);
  at::Tensor along;
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (!gradients[i].defined() || !gradients[i].requires_grad()) continue;
    const at::Tensor part = (gradients[i] * pieces[i]).sum();
    along = along.defined() ? along + part : part;
  }
  if (along.defined()) AddGradient(along, parameters, sum);
}

// The result of power iteration: the eigenvalue of H - shift I of largest
// magnitude, plus shift. `v`, of norm 1, becomes its vector.
absl::StatusOr<TopEigenvalue> Iterate(const SymmetricProduct& product,
                                      double shift, double tolerance,
                                      int64_t most, at::Tensor& v) {
  TopEigenvalue top;
  while (top.products < most && !top.converged) {
    ASSIGN_OR_RETURN(at::Tensor image, product(v));
    const double value = image.dot(v).item<double>();
    top.residual = (image - value * v).norm().item<double>();
    top.converged = top.products > 0 &&
                    std::abs(value - top.value) <= tolerance * std::abs(value);
    top.value = value;
    ++top.products;
    if (shift != 0) image = image - shift * v;
    const double norm = image.norm().item<double>();
    if (!(norm > 0) || !std::isfinite(norm)) {
      top.converged = norm == 0;  // In the null space: nothing else to find.
      break;
    }
    v = image / norm;
  }
  return top;
}

}  // namespace

SymmetricProduct LossHessian(Evaluation& evaluation, const std::string& split,
                             const at::Tensor& positions) {
  return [&evaluation, split,
          positions](const at::Tensor& v) -> absl::StatusOr<at::Tensor> {
    at::Tensor sum = at::zeros_like(v);
    RETURN_IF_ERROR(evaluation.ForEachBatch(
        split, positions,
        [&](const EvaluationBatch& batch) {
          AddProduct(evaluation.model(), batch, v, sum);
          return absl::OkStatus();
        },
        evaluation.GradientBatchSize()));
    return sum / positions.size(0);
  };
}

absl::StatusOr<TopEigenvalue> LargestEigenvalue(const SymmetricProduct& product,
                                                const at::Tensor& start,
                                                double tolerance,
                                                int64_t most) {
  at::Tensor v = start / start.norm();
  ASSIGN_OR_RETURN(const TopEigenvalue first,
                   Iterate(product, 0, tolerance, most, v));
  // An eigenvalue near -a beside one of a keeps v turning while v'Hv does
  // not change: the residual is large then.
  if (first.residual <= 0.1 * first.value) return first;
  // ||H v|| is the largest magnitude there is: no eigenvalue of H + ||H v|| I
  // is negative, and its largest one is that of H.
  v = start / start.norm();
  ASSIGN_OR_RETURN(TopEigenvalue top,
                   Iterate(product, -std::hypot(first.value, first.residual),
                           tolerance, most, v));
  top.products += first.products;
  if (top.value >= first.value) return top;
  // v'Hv never exceeds the largest eigenvalue: the larger is the better one.
  TopEigenvalue better = first;
  better.products = top.products;
  return better;
}

}  // namespace bigstep
