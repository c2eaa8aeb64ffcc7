#include "datasets/corruptions/motion_blur.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "datasets/corruptions/filters.h"

namespace bigstep {
namespace {

struct MotionBlurLevel {
  int radius;
  double sigma;
};
constexpr std::array<MotionBlurLevel, 5> kMotionBlurLevels = {
    {{6, 1}, {6, 1.5}, {6, 2}, {8, 2}, {9, 2.5}}};

struct MotionTap {
  int dx, dy;
  double weight;
};

std::vector<MotionTap> MotionTaps(int radius, double sigma, double degrees) {
  const double radians = degrees * std::numbers::pi / 180;
  std::vector<MotionTap> taps;
  double sum = 0;
  for (int i = 0; i <= 2 * radius; ++i) {
    // The nearest pixel, halves towards zero on the way up.
    const auto nearest = [](double x) {
      return static_cast<int>(std::ceil(x - 0.5));
    };
    const double weight = std::exp(-(i * i) / (2 * sigma * sigma));
    taps.push_back({nearest(i * std::cos(radians)),
                    nearest(i * std::sin(radians)), weight});
    sum += weight;
  }
  for (MotionTap& tap : taps) tap.weight /= sum;
  return taps;
}

// ImageMagick rounds to 16 bits and cuts these to 8 when it writes the image.
uint8_t CutBy16Bits(double mean) {
  return static_cast<uint8_t>(static_cast<int>(mean * 257 + 0.5) / 257);
}

}  // namespace

Plane32<uint8_t> MotionBlur(const Plane32<uint8_t>& plane, int radius,
                            double sigma, double degrees) {
  Plane32<double> sum = {};
  for (const MotionTap& tap : MotionTaps(radius, sigma, degrees)) {
    std::array<int, kSide> columns;
    for (int x = 0; x < kSide; ++x) {
      columns[x] = Extend(x + tap.dx, Border::kNearest);
    }
    for (int y = 0; y < kSide; ++y) {
      const uint8_t* row = &plane[Extend(y + tap.dy, Border::kNearest) * kSide];
      for (int x = 0; x < kSide; ++x) {
        sum[y * kSide + x] += tap.weight * row[columns[x]];
      }
    }
  }
  Plane32<uint8_t> result;
  std::transform(sum.begin(), sum.end(), result.begin(), CutBy16Bits);
  return result;
}

Image32 BlurByMotion(const Image32& image, int level, RandomStream& random) {
  const auto [radius, sigma] = kMotionBlurLevels[level - 1];
  const double degrees = random.Uniform(-45, 45);
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    result[c] = MotionBlur(image[c], radius, sigma, degrees);
  }
  return result;
}

}  // namespace bigstep
