#include "datasets/corruptions/spatter.h"

#include <algorithm>
#include <cmath>

#include "datasets/corruptions/edges.h"
#include "datasets/corruptions/filters.h"

namespace bigstep {
namespace {

struct SpatterLevel {
  double mean, deviation;  // Of the noise.
  double sigma;            // Smooths the noise.
  double threshold;
  double strength;  // Opacity of water; sigma that smooths mud.
  bool mud;
};
constexpr std::array<SpatterLevel, 5> kSpatterLevels = {{
    {0.62, 0.1, 0.7, 0.7, 0.5, false},
    {0.65, 0.1, 0.8, 0.7, 0.5, false},
    {0.65, 0.3, 1, 0.69, 0.5, false},
    {0.65, 0.1, 0.7, 0.69, 0.6, true},
    {0.65, 0.1, 0.5, 0.68, 0.6, true},
}};

constexpr std::array<float, 3> kWater = {175 / 255.f, 238 / 255.f, 238 / 255.f};
constexpr std::array<float, 3> kMud = {63 / 255.f, 42 / 255.f, 20 / 255.f};

// Sums of `weights` times the 3 x 3 pixels around each one; the plane is
// mirrored beyond its edges.
template <class T>
Plane32<double> Filter3x3(const Plane32<T>& plane,
                          const std::array<double, 9>& weights) {
  Plane32<double> result = {};
  for (int i = 0; i < kArea; ++i) {
    for (int k = 0; k < 9; ++k) {
      const int y = Extend(i / kSide + k / 3 - 1, Border::kMirror);
      const int x = Extend(i % kSide + k % 3 - 1, Border::kMirror);
      result[i] += weights[k] * plane[y * kSide + x];
    }
  }
  return result;
}

constexpr std::array<double, 9> kSum = {1, 1, 1, 1, 1, 1, 1, 1, 1};
// Lights the drops from one corner.
constexpr std::array<double, 9> kEmboss = {-2, -1, 0, -1, 1, 1, 0, 1, 2};

// Spreads the values so that their ranks grow evenly from 0 to 255. A plane of
// one value stays as it is.
Plane32<uint8_t> EqualizeHistogram(const Plane32<uint8_t>& plane) {
  std::array<int, 256> counts = {};
  for (const uint8_t value : plane) ++counts[value];
  int lowest = 0;
  while (counts[lowest] == 0) ++lowest;
  if (counts[lowest] == kArea) return plane;
  const float scale = 255.f / static_cast<float>(kArea - counts[lowest]);
  std::array<uint8_t, 256> table = {};
  int rank = 0;
  for (int value = lowest + 1; value < 256; ++value) {
    rank += counts[value];
    table[value] =
        static_cast<uint8_t>(std::nearbyint(static_cast<float>(rank) * scale));
  }
  Plane32<uint8_t> result;
  std::transform(plane.begin(), plane.end(), result.begin(),
                 [&table](uint8_t value) { return table[value]; });
  return result;
}

// How bright water is at a distance from the edge of its drop.
Plane32<uint8_t> ShadeWater(const Plane32<uint8_t>& drops) {
  Plane32<float> distance =
      DistanceToEdges(FindEdges(drops, /*low=*/50, /*high=*/150));
  for (float& value : distance) value = std::min(value, 20.f);
  Plane32<uint8_t> bytes;
  const Plane32<double> sums = Filter3x3(distance, kSum);
  std::transform(sums.begin(), sums.end(), bytes.begin(), [](double sum) {
    // Rounded to float32 first: 8.999999999999998 is 9.
    return static_cast<uint8_t>(static_cast<float>(sum / 9));
  });
  const Plane32<double> lit = Filter3x3(EqualizeHistogram(bytes), kEmboss);
  std::transform(lit.begin(), lit.end(), bytes.begin(), [](double value) {
    return static_cast<uint8_t>(std::clamp(value, 0., 255.));
  });
  const Plane32<double> means = Filter3x3(bytes, kSum);
  std::transform(means.begin(), means.end(), bytes.begin(), [](double sum) {
    return static_cast<uint8_t>(std::nearbyint(sum / 9));
  });
  return bytes;
}

// Opacity of water in [0, strength].
Plane32<float> WaterOpacity(const Plane32<double>& liquid, double strength) {
  const Plane32<uint8_t> drops = ToBytes(liquid);
  const Plane32<uint8_t> shade = ShadeWater(drops);
  Plane32<float> opacity;
  for (int i = 0; i < kArea; ++i) {
    opacity[i] = static_cast<float>(drops[i] * shade[i]);
  }
  const float largest = *std::max_element(opacity.begin(), opacity.end());
  if (largest == 0) return opacity;  // No drop.
  for (float& value : opacity) {
    value = value / largest * static_cast<float>(strength);
  }
  return opacity;
}

// Opacity of mud: 0 or in [0.8, 1].
Plane32<float> MudOpacity(const Plane32<double>& liquid,
                          const SpatterLevel& level) {
  Plane32<double> mask;
  std::transform(liquid.begin(), liquid.end(), mask.begin(),
                 [&](double x) { return x > level.threshold ? 1 : 0; });
  const Plane32<double> smooth = GaussianFilter(mask, level.strength);
  Plane32<float> opacity;
  std::transform(smooth.begin(), smooth.end(), opacity.begin(), [](double x) {
    return x < 0.8 ? 0.f : static_cast<float>(x);
  });
  return opacity;
}

Plane32<double> DrawLiquid(const SpatterLevel& level, RandomStream& random) {
  Plane32<double> noise;
  for (double& value : noise) {
    value = level.mean + level.deviation * random.Normal();
  }
  Plane32<double> liquid = GaussianFilter(noise, level.sigma);
  for (double& value : liquid) {
    if (value < level.threshold) value = 0;
  }
  return liquid;
}

}  // namespace

Image32 AddSpatter(const Image32& image, int level, RandomStream& random) {
  const SpatterLevel& spatter = kSpatterLevels[level - 1];
  const Plane32<double> liquid = DrawLiquid(spatter, random);
  const Plane32<float> opacity = spatter.mud
                                     ? MudOpacity(liquid, spatter)
                                     : WaterOpacity(liquid, spatter.strength);
  const std::array<float, 3>& color = spatter.mud ? kMud : kWater;
  const Planes32<float> x = ToUnit<float>(image);
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < kArea; ++i) {
      // Water adds its light, mud hides what is behind it.
      const float behind = spatter.mud ? x[c][i] * (1 - opacity[i]) : x[c][i];
      result[c][i] = ToByte(behind + opacity[i] * color[c]);
    }
  }
  return result;
}

}  // namespace bigstep
