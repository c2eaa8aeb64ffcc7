#include "metrics/attribution/contours.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace bigstep {

at::Tensor SobelMagnitude(const at::Tensor& images) {
  const at::Tensor x = at::replication_pad2d(images, {1, 1, 1, 1});
  // Sums and differences of slices instead of a convolution, whose rounding
  // (TF32 on some devices) would find edges in flat parts.
  const auto smooth = [](const at::Tensor& y, int64_t dim) {
    return y.slice(dim, 0, -2) + y.slice(dim, 1, -1) * 2 + y.slice(dim, 2);
  };
  const auto difference = [](const at::Tensor& y, int64_t dim) {
    return (y.slice(dim, 0, -2) - y.slice(dim, 2)) / 4;
  };
  const at::Tensor h = difference(smooth(x, 2), 1);
  const at::Tensor v = difference(smooth(x, 1), 2);
  return ((h.square() + v.square()) / 2).sqrt();
}

at::Tensor EdgePixels(const at::Tensor& images, double share) {
  const at::Tensor magnitude = SobelMagnitude(images);
  const at::Tensor flat = magnitude.flatten(1);
  const int64_t wanted = std::max<int64_t>(
      1, std::llround(share * static_cast<double>(flat.size(1))));
  const at::Tensor least =
      std::get<0>(flat.topk(wanted, 1)).slice(1, wanted - 1).unsqueeze(2);
  return magnitude.ge(least).logical_and(magnitude.gt(0));
}

}  // namespace bigstep
