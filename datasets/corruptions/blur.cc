#include "datasets/corruptions/blur.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "datasets/corruptions/filters.h"
#include "datasets/corruptions/zoom.h"

namespace bigstep {
namespace {

constexpr std::array<double, 5> kGaussianSigma = {0.4, 0.6, 0.7, 0.8, 1};

struct DefocusLevel {
  double radius;
  double edge_sigma;  // Of the Gaussian that smooths the disc.
};
constexpr std::array<DefocusLevel, 5> kDefocus = {
    {{0.3, 0.4}, {0.4, 0.5}, {0.5, 0.6}, {1, 0.2}, {1.5, 0.1}}};

struct GlassLevel {
  double sigma;
  int walks;
};
constexpr std::array<GlassLevel, 5> kGlass = {
    {{0.05, 1}, {0.25, 1}, {0.4, 1}, {0.25, 2}, {0.4, 2}}};

// Number of zooms; the i-th is by 1 + 0.01 i.
constexpr std::array<int, 5> kZooms = {7, 12, 16, 21, 26};

Image32 FilterGaussian(const Image32& image, double sigma) {
  const Planes32<double> x = ToUnit<double>(image);
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    result[c] = ToBytes(GaussianFilter(x[c], sigma));
  }
  return result;
}

struct Tap {
  int dx, dy;
  double weight;
};

// The disc, smoothed; taps of weight 0 left out. float32, since the reference
// rounds the kernel to it: its sum, not quite 1, decides about flat areas.
std::vector<Tap> DefocusTaps(const DefocusLevel& level) {
  const int reach = static_cast<int>(level.radius) + 1;
  const int side = 2 * reach + 1;
  // With a border of zeros for the filter.
  const auto at = [side](int y, int x) { return (y + 1) * (side + 2) + x + 1; };
  std::vector<float> disc((side + 2) * (side + 2));
  int pixels = 0;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int dy = y - reach, dx = x - reach;
      if (dx * dx + dy * dy > level.radius * level.radius) continue;
      disc[at(y, x)] = 1;
      ++pixels;
    }
  }
  for (float& value : disc) value /= static_cast<float>(pixels);

  const double beside = std::exp(-0.5 / (level.edge_sigma * level.edge_sigma));
  const auto outer = static_cast<float>(beside / (1 + 2 * beside));
  const auto center = static_cast<float>(1 / (1 + 2 * beside));
  std::vector<float> across(disc.size());
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      across[at(y, x)] = disc[at(y, x)] * center +
                         (disc[at(y, x - 1)] + disc[at(y, x + 1)]) * outer;
    }
  }
  std::vector<Tap> taps;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const float weight =
          across[at(y, x)] * center +
          (across[at(y - 1, x)] + across[at(y + 1, x)]) * outer;
      if (weight > 0) taps.push_back({x - reach, y - reach, weight});
    }
  }
  return taps;
}

}  // namespace

Image32 BlurGaussian(const Image32& image, int level) {
  return FilterGaussian(image, kGaussianSigma[level - 1]);
}

Image32 BlurDefocused(const Image32& image, int level) {
  const std::vector<Tap> taps = DefocusTaps(kDefocus[level - 1]);
  const Planes32<double> x = ToUnit<double>(image);
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    Plane32<double> sum = {};
    for (const Tap& tap : taps) {
      std::array<int, kSide> columns;
      for (int i = 0; i < kSide; ++i) {
        columns[i] = Extend(i + tap.dx, Border::kMirror);
      }
      for (int y = 0; y < kSide; ++y) {
        const double* row = &x[c][Extend(y + tap.dy, Border::kMirror) * kSide];
        for (int i = 0; i < kSide; ++i) {
          sum[y * kSide + i] += tap.weight * row[columns[i]];
        }
      }
    }
    result[c] = ToBytes(sum);
  }
  return result;
}

Image32 BlurBehindGlass(const Image32& image, int level, RandomStream& random) {
  const auto [sigma, walks] = kGlass[level - 1];
  Image32 moved = FilterGaussian(image, sigma);
  for (int walk = 0; walk < walks; ++walk) {
    for (int y = kSide - 1; y > 1; --y) {
      for (int x = kSide - 1; x > 1; --x) {
        const int64_t left = random.Below(2);
        const int64_t up = random.Below(2);
        for (Plane32<uint8_t>& plane : moved) {
          plane[y * kSide + x] = plane[(y - up) * kSide + x - left];
        }
      }
    }
  }
  return FilterGaussian(moved, sigma);
}

Image32 BlurByZoom(const Image32& image, int level) {
  const int zooms = kZooms[level - 1];
  // float32, as in the reference.
  const Planes32<float> x = ToUnit<float>(image);
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    Plane32<double> source;
    std::copy(x[c].begin(), x[c].end(), source.begin());
    Plane32<float> sum = {};
    for (int i = 0; i < zooms; ++i) {
      const Plane32<double> zoomed = ZoomIn(source, 1 + i * ((1 + 0.01) - 1));
      for (int p = 0; p < kArea; ++p) sum[p] += static_cast<float>(zoomed[p]);
    }
    for (int p = 0; p < kArea; ++p) {
      sum[p] = (x[c][p] + sum[p]) / static_cast<float>(zooms + 1);
    }
    result[c] = ToBytes(sum);
  }
  return result;
}

}  // namespace bigstep
