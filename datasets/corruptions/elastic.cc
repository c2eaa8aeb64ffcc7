#include "datasets/corruptions/elastic.h"

#include <cmath>

#include "datasets/corruptions/filters.h"

namespace bigstep {
namespace {

struct Level {
  double alpha, sigma, reach;  // In pixels.
};
constexpr std::array<Level, 5> kLevels = {{
    {0, 0, 32 * 0.08},
    {32 * 0.05, 32 * 0.2, 32 * 0.07},
    {32 * 0.08, 32 * 0.06, 32 * 0.06},
    {32 * 0.1, 32 * 0.04, 32 * 0.05},
    {32 * 0.1, 32 * 0.03, 32 * 0.03},
}};

// x' = xx x + xy y + x0, y' = yx x + yy y + y0.
struct Affine {
  double xx, xy, x0;
  double yx, yy, y0;
};

// Moves (26, 26), (26, 6) and (6, 6), each by U(-reach, reach).
Affine DrawAffine(double reach, RandomStream& random) {
  const auto move = [reach, &random](float from) {
    return double{from + static_cast<float>(random.Uniform(-reach, reach))};
  };
  const double x1 = move(26), y1 = move(26);
  const double x2 = move(26), y2 = move(6);
  const double x3 = move(6), y3 = move(6);
  Affine map;
  map.xx = (x2 - x3) / 20;
  map.yx = (y2 - y3) / 20;
  map.xy = (x1 - x2) / 20;
  map.yy = (y1 - y2) / 20;
  map.x0 = x3 - 6 * (map.xx + map.xy);
  map.y0 = y3 - 6 * (map.yx + map.yy);
  return map;
}

Affine Inverse(const Affine& map) {
  const double scale = 1 / (map.xx * map.yy - map.xy * map.yx);
  Affine inverse;
  inverse.xx = map.yy * scale;
  inverse.yy = map.xx * scale;
  inverse.xy = -map.xy * scale;
  inverse.yx = -map.yx * scale;
  inverse.x0 = -inverse.xx * map.x0 - inverse.xy * map.y0;
  inverse.y0 = -inverse.yx * map.x0 - inverse.yy * map.y0;
  return inverse;
}

// Fixed-point numbers with 10 fractional bits, of which 5 are kept.
int ToFixed(double x) { return static_cast<int>(std::nearbyint(x * 1024)); }
int Round(int fixed) { return (fixed + 16) >> 5; }

// The pixel that `map` takes to (x, y) is the one that `inverse` finds there.
Plane32<float> Warp(const Plane32<float>& plane, const Affine& inverse) {
  const auto at = [&plane](int y, int x) {
    return plane[Extend(y, Border::kMirror) * kSide +
                 Extend(x, Border::kMirror)];
  };
  Plane32<float> result;
  for (int i = 0; i < kArea; ++i) {
    const int y = i / kSide;
    const int x = i % kSide;
    const int from_x =
        Round(ToFixed(inverse.xy * y + inverse.x0) + ToFixed(inverse.xx * x));
    const int from_y =
        Round(ToFixed(inverse.yy * y + inverse.y0) + ToFixed(inverse.yx * x));
    const int left = from_x >> 5;
    const int top = from_y >> 5;
    const float right_part = static_cast<float>(from_x & 31) / 32;
    const float low_part = static_cast<float>(from_y & 31) / 32;
    result[i] = at(top, left) * ((1 - low_part) * (1 - right_part)) +
                at(top, left + 1) * ((1 - low_part) * right_part) +
                at(top + 1, left) * (low_part * (1 - right_part)) +
                at(top + 1, left + 1) * (low_part * right_part);
  }
  return result;
}

Plane32<double> DrawDisplacement(const Level& level, RandomStream& random) {
  Plane32<double> noise;
  for (double& value : noise) value = random.Uniform(-1, 1);
  Plane32<double> smooth =
      GaussianFilter(noise, level.sigma, Border::kReflect, /*truncate=*/3);
  for (double& value : smooth) value = static_cast<float>(value * level.alpha);
  return smooth;
}

// Linear interpolation at (x, y).
float Sample(const Plane32<float>& plane, double y, double x) {
  const double top = std::floor(y);
  const double left = std::floor(x);
  const auto at = [&plane, top, left](int down, int right) {
    return plane[Extend(static_cast<int>(top) + down, Border::kReflect) *
                     kSide +
                 Extend(static_cast<int>(left) + right, Border::kReflect)];
  };
  const double low_part = y - top;
  const double right_part = x - left;
  return static_cast<float>(at(0, 0) * (1 - low_part) * (1 - right_part) +
                            at(0, 1) * (1 - low_part) * right_part +
                            at(1, 0) * low_part * (1 - right_part) +
                            at(1, 1) * low_part * right_part);
}

}  // namespace

Image32 DistortElastically(const Image32& image, int level,
                           RandomStream& random) {
  const Level& elastic = kLevels[level - 1];
  const Affine inverse = Inverse(DrawAffine(elastic.reach, random));
  const Plane32<double> dx = DrawDisplacement(elastic, random);
  const Plane32<double> dy = DrawDisplacement(elastic, random);
  // float32, as in the reference.
  const Planes32<float> x = ToUnit<float>(image);
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    const Plane32<float> warped = Warp(x[c], inverse);
    for (int i = 0; i < kArea; ++i) {
      result[c][i] =
          ToByte(Sample(warped, i / kSide + dy[i], i % kSide + dx[i]));
    }
  }
  return result;
}

}  // namespace bigstep
