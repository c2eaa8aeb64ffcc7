#include "datasets/corruptions/color.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bigstep {
namespace {

constexpr std::array<double, 5> kBrightness = {0.05, 0.1, 0.15, 0.2, 0.3};
constexpr std::array<double, 5> kContrast = {0.75, 0.5, 0.4, 0.3, 0.15};

struct Linear {
  double factor;
  double term;
};
constexpr std::array<Linear, 5> kSaturation = {
    {{0.3, 0}, {0.1, 0}, {1.5, 0}, {2, 0.1}, {2.5, 0.2}}};

using Rgb = std::array<double, 3>;

// All in [0, 1]; the hue is a share of the full circle.
struct Hsv {
  double hue, saturation, value;
};

Hsv ToHsv(const Rgb& rgb) {
  const auto [red, green, blue] = rgb;
  const double value = std::max({red, green, blue});
  const double range = value - std::min({red, green, blue});
  if (range == 0) return {0, 0, value};
  double sextant;  // 0: red, 2: green, 4: blue.
  if (blue == value) {
    sextant = 4 + (red - green) / range;
  } else if (green == value) {
    sextant = 2 + (blue - red) / range;
  } else {
    sextant = (green - blue) / range;
  }
  const double turns = sextant / 6;
  return {turns - std::floor(turns), range / value, value};
}

Rgb ToRgb(const Hsv& hsv) {
  const auto [hue, saturation, v] = hsv;
  const double sextant = std::floor(hue * 6);
  const double part = hue * 6 - sextant;
  const double low = v * (1 - saturation);
  const double falling = v * (1 - part * saturation);
  const double rising = v * (1 - (1 - part) * saturation);
  switch (static_cast<int>(sextant) % 6) {
    case 0:
      return {v, rising, low};
    case 1:
      return {falling, v, low};
    case 2:
      return {low, v, rising};
    case 3:
      return {low, falling, v};
    case 4:
      return {rising, low, v};
    default:
      return {v, low, falling};
  }
}

// Replaces each pixel's colour by `change` of it.
template <class F>
Image32 ChangeHsv(const Image32& image, F change) {
  Image32 result;
  for (int i = 0; i < kArea; ++i) {
    Hsv hsv =
        ToHsv({image[0][i] / 255., image[1][i] / 255., image[2][i] / 255.});
    change(hsv);
    const Rgb rgb = ToRgb(hsv);
    for (int c = 0; c < 3; ++c) result[c][i] = ToByte(rgb[c]);
  }
  return result;
}

}  // namespace

Image32 Brighten(const Image32& image, int level) {
  return ChangeHsv(image, [term = kBrightness[level - 1]](Hsv& hsv) {
    hsv.value = std::min(hsv.value + term, 1.0);
  });
}

Image32 ReduceContrast(const Image32& image, int level) {
  const double factor = kContrast[level - 1];
  const Planes32<double> x = ToUnit<double>(image);
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    const double mean = std::accumulate(x[c].begin(), x[c].end(), 0.) / kArea;
    std::transform(x[c].begin(), x[c].end(), result[c].begin(),
                   [factor, mean](double value) {
                     return ToByte((value - mean) * factor + mean);
                   });
  }
  return result;
}

Image32 Saturate(const Image32& image, int level) {
  return ChangeHsv(image, [linear = kSaturation[level - 1]](Hsv& hsv) {
    hsv.saturation =
        std::min(hsv.saturation * linear.factor + linear.term, 1.0);
  });
}

}  // namespace bigstep
