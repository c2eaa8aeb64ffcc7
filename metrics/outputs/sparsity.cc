#include "metrics/outputs/sparsity.h"

#include <ATen/ATen.h>

namespace bigstep {

at::Tensor PqIndex(const at::Tensor& x, double p, double q) {
  const at::Tensor magnitude = x.to(at::kDouble).abs();
  // Dividing by the largest entry keeps the powers from overflowing.
  const at::Tensor largest = std::get<0>(magnitude.max(1, /*keepdim=*/true));
  const at::Tensor zero = largest.eq(0);
  const at::Tensor unit = magnitude / largest.masked_fill(zero, 1);
  const at::Tensor ratio =
      unit.pow(p).mean(1).pow(1 / p) / unit.pow(q).mean(1).pow(1 / q);
  // Rounding may leave a value just below 0.
  return (1 - ratio).clamp_min(0).masked_fill(zero.squeeze(1), 0);
}

}  // namespace bigstep
