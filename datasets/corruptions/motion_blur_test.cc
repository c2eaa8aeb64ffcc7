#include "datasets/corruptions/motion_blur.h"

#include <gtest/gtest.h>

#include <cmath>

#include "datasets/corruptions/testing.h"

namespace bigstep {
namespace {

TEST(MotionBlurTest, EqualsImageMagickOnEqualAngles) {
  ExpectGoldens("motion_blur", BlurByMotion);
}

// A point is smeared against the direction: each pixel takes in what follows.
TEST(MotionBlurTest, SmearsOneSided) {
  Plane32<uint8_t> plane = {};
  plane[16 * kSide + 16] = 255;
  const double a = std::exp(-0.5), b = std::exp(-2), c = std::exp(-4.5);
  const double sum = 1 + a + b + c;  // The next weight is 3e-4.
  const Plane32<uint8_t> right = MotionBlur(plane, 6, 1, 0);
  EXPECT_NEAR(right[16 * kSide + 16], 255 / sum, 1);
  EXPECT_NEAR(right[16 * kSide + 15], 255 * a / sum, 1);
  EXPECT_NEAR(right[16 * kSide + 14], 255 * b / sum, 1);
  EXPECT_EQ(right[16 * kSide + 17], 0);
  const Plane32<uint8_t> down = MotionBlur(plane, 6, 1, 90);
  EXPECT_NEAR(down[15 * kSide + 16], 255 * a / sum, 1);
  EXPECT_EQ(down[17 * kSide + 16], 0);
  // The first two steps along the diagonal, 0.7 and 1.4, round to one pixel.
  const Plane32<uint8_t> diagonal = MotionBlur(plane, 6, 1, -45);
  EXPECT_NEAR(diagonal[17 * kSide + 15], 255 * (a + b) / sum, 1);
}

TEST(MotionBlurTest, FlatStaysFlat) {
  for (const uint8_t value : {0, 1, 127, 254, 255}) {
    for (int level = 1; level <= 5; ++level) {
      RandomStream random(1, level);
      EXPECT_EQ(BlurByMotion(MakeFlatImage(value), level, random),
                MakeFlatImage(value));
    }
  }
}

}  // namespace
}  // namespace bigstep
