#include "datasets/images/testing.h"

#include <ATen/ATen.h>

#include "datasets/images/jpeg_round_trip.h"

namespace bigstep {

at::Tensor MakeWaves(int64_t height, int64_t width, double phase) {
  const at::Tensor y = at::arange(height, at::kDouble).view({-1, 1, 1});
  const at::Tensor x = at::arange(width, at::kDouble).view({1, -1, 1});
  const at::Tensor c = at::arange(3, at::kDouble);
  return ((y / 9 + x / 14 + 2 * c + phase).sin() * 100 + 128).to(at::kByte);
}

std::string EncodeJpeg(const at::Tensor& pixels, int quality) {
  const at::Tensor rgb = pixels.contiguous();
  return EncodeJpeg(static_cast<int>(rgb.size(0)),
                    static_cast<int>(rgb.size(1)), quality,
                    rgb.data_ptr<uint8_t>());
}

}  // namespace bigstep
