#include "datasets/corruptions/zoom.h"

#include <algorithm>
#include <cmath>

namespace bigstep {
namespace {

// Which pixels of a line make up a new one.
struct Taps {
  int low, high;
  double weight_low, weight_high;
};

std::array<Taps, kSide> ZoomTaps(double factor) {
  const int cropped = static_cast<int>(std::ceil(kSide / factor));
  const int first = (kSide - cropped) / 2;
  const int scaled = static_cast<int>(std::nearbyint(cropped * factor));
  const int trimmed = (scaled - kSide) / 2;
  const double step = (cropped - 1.0) / (scaled - 1.0);
  std::array<Taps, kSide> taps;
  for (int i = 0; i < kSide; ++i) {
    // Rounding must not lead beyond the last pixel.
    const double position =
        std::min((i + trimmed) * step, static_cast<double>(cropped - 1));
    const int low = static_cast<int>(position);
    const int high = std::min(low + 1, cropped - 1);
    const double part = position - low;
    taps[i] = {first + low, first + high, 1 - part, part};
  }
  return taps;
}

}  // namespace

Plane32<double> ZoomIn(const Plane32<double>& plane, double factor) {
  const std::array<Taps, kSide> taps = ZoomTaps(factor);
  Plane32<double> result;
  for (int y = 0; y < kSide; ++y) {
    const Taps& v = taps[y];
    const double* above = &plane[v.low * kSide];
    const double* below = &plane[v.high * kSide];
    for (int x = 0; x < kSide; ++x) {
      const Taps& h = taps[x];
      result[y * kSide + x] = above[h.low] * v.weight_low * h.weight_low +
                              above[h.high] * v.weight_low * h.weight_high +
                              below[h.low] * v.weight_high * h.weight_low +
                              below[h.high] * v.weight_high * h.weight_high;
    }
  }
  return result;
}

}  // namespace bigstep
