#include "datasets/images/jpeg_round_trip.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <vector>

namespace bigstep {
namespace {

constexpr int kHeight = 24;
constexpr int kWidth = 40;

std::vector<uint8_t> Gradient() {
  std::vector<uint8_t> pixels;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      pixels.push_back(static_cast<uint8_t>(5 * x));
      pixels.push_back(static_cast<uint8_t>(9 * y));
      pixels.push_back(static_cast<uint8_t>(100));
    }
  }
  return pixels;
}

int64_t Loss(int quality) {
  const std::vector<uint8_t> before = Gradient();
  std::vector<uint8_t> after = before;
  JpegRoundTrip(kHeight, kWidth, quality, after.data());
  int64_t sum = 0;
  for (size_t i = 0; i < after.size(); ++i) {
    sum += std::abs(before[i] - after[i]);
  }
  return sum;
}

// Bytes that Pillow gives are in the goldens of corruptions.
TEST(JpegRoundTripTest, LosesMoreAtLowerQuality) {
  // Two levels in the mean: no channel or direction is mixed up.
  EXPECT_LT(Loss(100), 2 * 3 * kHeight * kWidth);
  EXPECT_LT(Loss(100), Loss(50));
  EXPECT_LT(Loss(50), Loss(5));
}

// Blocks of one gray value have one coefficient; at quality 100 its step is 1,
// an eighth of a level.
TEST(JpegRoundTripTest, KeepsGrayAtFullQuality) {
  for (const uint8_t value : {0, 1, 100, 254, 255}) {
    std::vector<uint8_t> pixels(3 * 17 * 9, value);
    JpegRoundTrip(17, 9, 100, pixels.data());
    EXPECT_EQ(pixels, std::vector<uint8_t>(3 * 17 * 9, value));
  }
}

}  // namespace
}  // namespace bigstep
