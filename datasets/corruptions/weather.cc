#include "datasets/corruptions/weather.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "datasets/corruptions/motion_blur.h"
#include "datasets/corruptions/plasma.h"
#include "datasets/corruptions/zoom.h"

namespace bigstep {
namespace {

struct SnowLevel {
  double mean, deviation;  // Of the noise.
  double zoom;
  double threshold;
  int radius;  // Of the motion blur, like sigma.
  double sigma;
  double kept;  // Share of the image that is not whitened.
};
constexpr std::array<SnowLevel, 5> kSnow = {{
    {0.1, 0.2, 1, 0.6, 8, 3, 0.95},
    {0.1, 0.2, 1, 0.5, 10, 4, 0.9},
    {0.15, 0.3, 1.75, 0.55, 10, 4, 0.9},
    {0.25, 0.3, 2.25, 0.6, 12, 6, 0.85},
    {0.3, 0.3, 1.25, 0.65, 14, 12, 0.8},
}};

struct FrostLevel {
  double image, frost;
};
constexpr std::array<FrostLevel, 5> kFrost = {
    {{1, 0.2}, {1, 0.3}, {0.9, 0.4}, {0.85, 0.4}, {0.75, 0.45}}};

struct FogLevel {
  double amount, decay;
};
constexpr std::array<FogLevel, 5> kFog = {
    {{0.2, 3}, {0.5, 3}, {0.75, 2.5}, {1, 2}, {1.5, 1.75}}};

// White flakes on black.
Plane32<uint8_t> MakeFlakes(const SnowLevel& level, RandomStream& random) {
  Plane32<double> noise;
  for (double& value : noise) {
    value = level.mean + level.deviation * random.Normal();
  }
  Plane32<double> flakes = ZoomIn(noise, level.zoom);
  for (double& value : flakes) {
    if (value < level.threshold) value = 0;
  }
  const double degrees = random.Uniform(-135, -45);
  return MotionBlur(ToBytes(flakes), level.radius, level.sigma, degrees);
}

}  // namespace

Image32 AddSnow(const Image32& image, int level, RandomStream& random) {
  const SnowLevel& snow = kSnow[level - 1];
  const Plane32<uint8_t> flakes = MakeFlakes(snow, random);
  // The image in float32, the flakes in double, as in the reference.
  const Planes32<float> x = ToUnit<float>(image);
  const auto kept = static_cast<float>(snow.kept);
  const auto whitened = static_cast<float>(1 - snow.kept);
  Image32 result;
  for (int i = 0; i < kArea; ++i) {
    const float gray = 0.299f * x[0][i] + 0.587f * x[1][i] + 0.114f * x[2][i];
    for (int c = 0; c < 3; ++c) {
      const float pale =
          kept * x[c][i] + whitened * std::max(x[c][i], gray * 1.5f + 0.5f);
      result[c][i] =
          ToByte(pale + flakes[i] / 255. + flakes[kArea - 1 - i] / 255.);
    }
  }
  return result;
}

Image32 AddFrost(const Image32& image, int level,
                 const std::vector<at::Tensor>& textures,
                 RandomStream& random) {
  const FrostLevel& frost = kFrost[level - 1];
  const at::Tensor& texture = textures[random.Below(textures.size())];
  const int64_t width = texture.size(2);
  const int64_t top = random.Below(texture.size(1) - kSide);
  const int64_t left = random.Below(width - kSide);
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    const uint8_t* plane =
        texture.data_ptr<uint8_t>() + c * texture.size(1) * width;
    for (int y = 0; y < kSide; ++y) {
      for (int i = 0; i < kSide; ++i) {
        const double sum = frost.image * image[c][y * kSide + i] +
                           frost.frost * plane[(top + y) * width + left + i];
        result[c][y * kSide + i] = static_cast<uint8_t>(std::min(sum, 255.0));
      }
    }
  }
  return result;
}

Image32 AddFog(const Image32& image, int level, RandomStream& random) {
  const FogLevel& fog = kFog[level - 1];
  const std::vector<double> plasma = MakePlasma(kSide, fog.decay, random);
  const Planes32<double> x = ToUnit<double>(image);
  double brightest = 0;
  for (const Plane32<double>& plane : x) {
    brightest =
        std::max(brightest, *std::max_element(plane.begin(), plane.end()));
  }
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < kArea; ++i) {
      result[c][i] = ToByte((x[c][i] + fog.amount * plasma[i]) * brightest /
                            (brightest + fog.amount));
    }
  }
  return result;
}

}  // namespace bigstep
