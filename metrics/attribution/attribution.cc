#include "metrics/attribution/attribution.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <optional>
#include <tuple>

#include "base/log.h"
#include "models/activations.h"
#include "models/model.h"

namespace bigstep {
namespace {

// The rows of a batch: M examples, the baseline last.
at::Tensor WithBaseline(const at::Tensor& inputs, const at::Tensor& baseline) {
  return at::cat({inputs, baseline.unsqueeze(0)});
}

// The logits [M, K] of M or M + 1 rows and the gradients of the target logits
// of the first M with respect to these rows, [M, input_shape...].
std::tuple<at::Tensor, at::Tensor> LogitsAndGradients(
    Model& model, const at::Tensor& rows, const at::Tensor& targets) {
  const c10::AutoGradMode with_gradients(true);
  const at::Tensor x = rows.detach().requires_grad_();
  const at::Tensor logits = model.Forward(x).logits;
  const int64_t m = targets.size(0);
  // Rows do not mix in eval mode: the gradient of the sum holds that of each.
  const at::Tensor sum =
      logits.slice(0, 0, m).gather(1, targets.unsqueeze(1)).sum();
  const at::Tensor gradients = torch::autograd::grad({sum}, {x})[0];
  return {logits.detach(), gradients.slice(0, 0, m)};
}

// f(x) - f(x0) from logits [M + 1, K].
at::Tensor Change(const at::Tensor& logits, const at::Tensor& targets) {
  const at::Tensor precise = logits.to(at::kDouble);
  const int64_t m = targets.size(0);
  return precise.slice(0, 0, m).gather(1, targets.unsqueeze(1)).squeeze(1) -
         precise[m].index_select(0, targets);
}

// The mean of the gradients between baseline and inputs, summed in float64.
at::Tensor MeanGradients(Model& model, const at::Tensor& inputs,
                         const at::Tensor& targets, const at::Tensor& baseline,
                         int64_t steps) {
  const Quadrature quadrature = GaussLegendre(steps);
  const at::Tensor way = inputs - baseline;
  at::Tensor mean = at::zeros_like(inputs, at::kDouble);
  for (int64_t i = 0; i < steps; ++i) {
    const at::Tensor point = baseline + way * quadrature.nodes[i];
    mean +=
        std::get<1>(LogitsAndGradients(model, point, targets)).to(at::kDouble) *
        quadrature.weights[i];
  }
  return mean.to(inputs.scalar_type());
}

}  // namespace

Attribution Attribute(Model& model, const at::Tensor& inputs,
                      const at::Tensor& targets, const at::Tensor& baseline,
                      const AttributionRule& rule) {
  BIGSTEP_CHECK(!model.is_training()) << "attribution needs eval mode";
  const at::Tensor rows = WithBaseline(inputs, baseline);
  const at::Tensor way = inputs - baseline;
  if (rule.method == "integrated_gradients") {
    const c10::NoGradGuard no_grad;
    const at::Tensor logits = model.Forward(rows).logits;
    return {way * MeanGradients(model, inputs, targets, baseline, rule.steps),
            Change(logits, targets)};
  }
  std::optional<RescaleScope> scope;
  if (rule.method == "deep_lift") scope.emplace();
  const auto [logits, gradients] = LogitsAndGradients(model, rows, targets);
  const bool saliency = rule.method == "saliency";
  return {saliency ? gradients.abs() : way * gradients,
          Change(logits, targets)};
}

Quadrature GaussLegendre(int64_t size) {
  // The recurrence of the Legendre polynomials as a symmetric matrix: its
  // eigenvalues are the nodes on [-1, 1], and the weights follow from the first
  // entries of its eigenvectors.
  at::Tensor jacobi = at::zeros({size, size}, at::kDouble);
  for (int64_t k = 1; k < size; ++k) {
    const auto d = static_cast<double>(k);
    jacobi[k][k - 1] = jacobi[k - 1][k] = d / std::sqrt(4 * d * d - 1);
  }
  const auto [nodes, vectors] = at::linalg_eigh(jacobi);
  Quadrature quadrature;
  for (int64_t i = 0; i < size; ++i) {
    quadrature.nodes.push_back((nodes[i].item<double>() + 1) / 2);
    const double first = vectors[0][i].item<double>();
    quadrature.weights.push_back(first * first);
  }
  return quadrature;
}

}  // namespace bigstep
