#include "metrics/weights/ranks.h"

#include <ATen/ATen.h>

#include <cmath>

namespace bigstep {

Ranks RanksOf(const at::Tensor& singular_values) {
  const double sum = singular_values.sum().item<double>();
  if (!(sum > 0)) return {};
  const at::Tensor share = singular_values / sum;
  const at::Tensor entropy = -at::xlogy(share, share).sum();
  const at::Tensor unit = singular_values / singular_values.max();
  return {std::exp(entropy.item<double>()), unit.square().sum().item<double>()};
}

at::Tensor SingularValues(const at::Tensor& matrix) {
  const at::Tensor m = matrix.size(0) < matrix.size(1) ? matrix.t() : matrix;
  // The triangle of a QR decomposition has the same singular values and is
  // small, at none of the loss of digits that m^T m would bring.
  return at::linalg_svdvals(std::get<1>(at::linalg_qr(m, "r")));
}

}  // namespace bigstep
