#include "datasets/corruptions/filters.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace bigstep {
namespace {

std::vector<int> ExtendAll(const std::vector<int>& positions, Border border) {
  std::vector<int> result;
  for (const int i : positions) result.push_back(Extend(i, border));
  return result;
}

// By hand, from the pictures in filters.h; scipy.ndimage calls the three
// nearest, reflect and mirror.
TEST(FiltersTest, ExtendsLinesAsScipyDoes) {
  const std::vector<int> positions = {-33, -2, -1, 0, 31, 32, 33, 65};
  EXPECT_EQ(ExtendAll(positions, Border::kNearest),
            (std::vector<int>{0, 0, 0, 0, 31, 31, 31, 31}));
  EXPECT_EQ(ExtendAll(positions, Border::kReflect),
            (std::vector<int>{31, 1, 0, 0, 31, 31, 30, 1}));
  EXPECT_EQ(ExtendAll(positions, Border::kMirror),
            (std::vector<int>{29, 2, 1, 0, 31, 30, 29, 3}));
}

TEST(FiltersTest, SpreadsAPointAsAGaussian) {
  Plane32<double> plane = {};
  plane[16 * kSide + 10] = 1;
  // truncate * sigma = 2.4: taps up to 2.
  const Plane32<double> result = GaussianFilter(plane, 0.6);
  const double a = std::exp(-1 / 0.72), b = std::exp(-4 / 0.72);
  const double sum = 1 + 2 * a + 2 * b;
  EXPECT_NEAR(result[16 * kSide + 10], 1 / (sum * sum), 1e-15);
  EXPECT_NEAR(result[15 * kSide + 10], a / (sum * sum), 1e-15);
  EXPECT_NEAR(result[16 * kSide + 12], b / (sum * sum), 1e-15);
  EXPECT_NEAR(result[14 * kSide + 9], a * b / (sum * sum), 1e-15);
  EXPECT_EQ(result[13 * kSide + 10], 0);
  EXPECT_EQ(result[16 * kSide + 13], 0);
}

TEST(FiltersTest, TheBorderDecidesWhatFlowsIn) {
  Plane32<double> plane = {};
  plane[1] = 1;  // Row 0, column 1.
  // truncate 1: taps up to 1, weights w, 1 - 2 w, w.
  const double w = std::exp(-0.5) / (1 + 2 * std::exp(-0.5));
  const auto corner = [&plane](Border border) {
    return GaussianFilter(plane, 1, border, /*truncate=*/1)[0];
  };
  // Along columns row -1 is row 0 again, or row 1, which is empty.
  EXPECT_NEAR(corner(Border::kNearest), (1 - w) * w, 1e-15);
  EXPECT_NEAR(corner(Border::kReflect), (1 - w) * w, 1e-15);
  EXPECT_NEAR(corner(Border::kMirror), (1 - 2 * w) * 2 * w, 1e-15);
}

TEST(FiltersTest, NoWidthChangesNothing) {
  Plane32<double> plane;
  for (int i = 0; i < kArea; ++i) plane[i] = i;
  EXPECT_EQ(GaussianFilter(plane, 0), plane);
  EXPECT_EQ(GaussianFilter(plane, 0.1), plane);  // Less than half a pixel.
}

}  // namespace
}  // namespace bigstep
