#include "metrics/outputs/separation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace bigstep {
namespace {

// Rows of length 1, float64; zero rows stay.
at::Tensor Directions(const at::Tensor& z) {
  const at::Tensor x = z.to(at::kDouble);
  const at::Tensor length = x.norm(2, 1, /*keepdim=*/true);
  return x / length.masked_fill(length.eq(0), 1);
}

}  // namespace

double SeparationR2(const at::Tensor& z, const at::Tensor& labels,
                    int64_t num_classes) {
  // With u = z / |z|, cos(z_m, z_n) = u_m . u_n, whose mean over m in j and n
  // in k is mu_j . mu_k for the classes' means of u. Hence
  //   d_within = 1 - mean_k |mu_k|^2,  d_total = 1 - |mean_k mu_k|^2,
  // and d_total - d_within = mean_k |mu_k - mean_j mu_j|^2 >= 0.
  // On the CPU: another device might add in another order each time. In pieces:
  // in float64 the whole might not fit into memory.
  at::Tensor sums = at::zeros({num_classes, z.size(1)}, at::kDouble);
  constexpr int64_t kRows = 4096;
  for (int64_t begin = 0; begin < z.size(0); begin += kRows) {
    const int64_t end = std::min(begin + kRows, z.size(0));
    sums.index_add_(0, labels.slice(0, begin, end).cpu(),
                    Directions(z.slice(0, begin, end)).cpu());
  }
  const at::Tensor counts = at::bincount(labels.cpu(), {}, num_classes);
  const at::Tensor present = counts.nonzero().squeeze(1);
  if (present.size(0) < 2) return std::numeric_limits<double>::quiet_NaN();
  const at::Tensor means = sums.index_select(0, present) /
                           counts.index_select(0, present).unsqueeze(1);
  const double within = 1 - means.square().sum(1).mean().item<double>();
  const double total = 1 - means.mean(0).square().sum().item<double>();
  if (total < 1e-12) return std::numeric_limits<double>::quiet_NaN();
  // Rounding may lead out of the range; NaN stays NaN.
  return std::clamp(1 - within / total, 0., 1.);
}

}  // namespace bigstep
