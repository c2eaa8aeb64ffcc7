#include "datasets/corruptions/filters.h"

#include <cmath>
#include <cstdlib>
#include <vector>

namespace bigstep {
namespace {

// Weights of the offsets 0 to radius; the others follow by symmetry.
std::vector<double> HalfKernel(double sigma, double truncate) {
  const int radius = static_cast<int>(truncate * sigma + 0.5);
  std::vector<double> weights(radius + 1);
  for (int x = 0; x <= radius; ++x) {
    weights[x] = std::exp(-0.5 / (sigma * sigma) * (x * x));
  }
  // From left to right, as numpy adds: flat areas then keep their bytes where
  // they do in the reference.
  double sum = 0;
  for (int x = -radius; x <= radius; ++x) sum += weights[std::abs(x)];
  for (double& weight : weights) weight /= sum;
  return weights;
}

// `lines` are 32 values each, `lines[radius]` being the line itself and the
// others its neighbours in the direction of the filter. The outermost pair
// comes first, as in scipy: bytes cut from the sums are then equal.
void AddLines(const std::vector<const double*>& lines,
              const std::vector<double>& weights, double* result) {
  const int radius = static_cast<int>(weights.size()) - 1;
  for (int i = 0; i < kSide; ++i) result[i] = lines[radius][i] * weights[0];
  for (int offset = radius; offset > 0; --offset) {
    const double* before = lines[radius - offset];
    const double* after = lines[radius + offset];
    for (int i = 0; i < kSide; ++i) {
      result[i] += (before[i] + after[i]) * weights[offset];
    }
  }
}

}  // namespace

int Extend(int i, Border border) {
  if (i >= 0 && i < kSide) return i;
  if (border == Border::kNearest) return i < 0 ? 0 : kSide - 1;
  // Distance from one occurrence of the first pixel to the next in the same
  // direction; the way back starts with the last pixel or the one before.
  const int period = 2 * (border == Border::kReflect ? kSide : kSide - 1);
  const int last = border == Border::kReflect ? period - 1 : period;
  const int phase = (i % period + period) % period;
  return phase < kSide ? phase : last - phase;
}

Plane32<double> GaussianFilter(const Plane32<double>& plane, double sigma,
                               Border border, double truncate) {
  if (sigma == 0) return plane;
  const std::vector<double> weights = HalfKernel(sigma, truncate);
  const int radius = static_cast<int>(weights.size()) - 1;
  std::vector<const double*> lines(2 * radius + 1);

  Plane32<double> down;  // Filtered along columns.
  for (int y = 0; y < kSide; ++y) {
    for (int k = -radius; k <= radius; ++k) {
      lines[k + radius] = &plane[Extend(y + k, border) * kSide];
    }
    AddLines(lines, weights, &down[y * kSide]);
  }

  Plane32<double> result;
  std::vector<double> padded(kSide + 2 * radius);
  for (int k = 0; k <= 2 * radius; ++k) lines[k] = padded.data() + k;
  for (int y = 0; y < kSide; ++y) {
    for (int x = -radius; x < kSide + radius; ++x) {
      padded[x + radius] = down[y * kSide + Extend(x, border)];
    }
    AddLines(lines, weights, &result[y * kSide]);
  }
  return result;
}

}  // namespace bigstep
