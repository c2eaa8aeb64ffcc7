#include "datasets/corruptions/zoom.h"

#include <gtest/gtest.h>

namespace bigstep {
namespace {

Plane32<double> Ramp() {
  Plane32<double> plane;
  for (int i = 0; i < kArea; ++i) plane[i] = 100 * (i / kSide) + i % kSide;
  return plane;
}

TEST(ZoomTest, ByOneChangesNothing) {
  EXPECT_EQ(ZoomIn(Ramp(), 1), Ramp());
  // 32 pixels grow to 32.32, which are 32.
  EXPECT_EQ(ZoomIn(Ramp(), 1.01), Ramp());
}

// By hand. 32 / 2 = 16 pixels from 8 to 23 grow to 32: pixel i lies at
// 8 + i 15/31. A ramp stays a ramp under linear interpolation.
TEST(ZoomTest, ByTwoShowsTheMiddleHalf) {
  const Plane32<double> zoomed = ZoomIn(Ramp(), 2);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      EXPECT_NEAR(zoomed[y * kSide + x],
                  100 * (8 + y * 15 / 31.) + 8 + x * 15 / 31., 1e-9);
    }
  }
}

// By hand. 32 / 2.25 = 14.2: 15 pixels from 8 to 22 grow to 33.75, which are
// 34, of which 1 to 32 are kept: pixel i lies at 8 + (i + 1) 14/33.
TEST(ZoomTest, CutsTheCenterOutOfTooMuch) {
  const Plane32<double> zoomed = ZoomIn(Ramp(), 2.25);
  EXPECT_NEAR(zoomed[0], 101 * (8 + 14 / 33.), 1e-9);
  EXPECT_NEAR(zoomed[kArea - 1], 101 * (8 + 32 * 14 / 33.), 1e-9);
}

}  // namespace
}  // namespace bigstep
