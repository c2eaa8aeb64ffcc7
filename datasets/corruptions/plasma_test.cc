#include "datasets/corruptions/plasma.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace bigstep {
namespace {

// By hand: of size 2 there is one step, with w = 100 and all neighbours known.
// In units of w^2: centre c = u1, upper edge u2 + c / 2, left edge u3 + c / 2,
// the corner 0.
TEST(PlasmaTest, FollowsTheAlgorithmByHand) {
  RandomStream copy(9, 9);
  const double u1 = copy.Uniform(-1, 1);
  const double u2 = copy.Uniform(-1, 1);
  const double u3 = copy.Uniform(-1, 1);
  const std::vector<double> heights = {0, u2 + u1 / 2, u3 + u1 / 2, u1};
  const double low = *std::min_element(heights.begin(), heights.end());
  const double high = *std::max_element(heights.begin(), heights.end());
  RandomStream random(9, 9);
  const std::vector<double> plasma = MakePlasma(2, 3, random);
  ASSERT_EQ(plasma.size(), 4u);
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(plasma[i], (heights[i] - low) / (high - low), 1e-12);
  }
}

TEST(PlasmaTest, ReachesFromZeroToOne) {
  RandomStream random(2, 0);
  const std::vector<double> plasma = MakePlasma(64, 2, random);
  EXPECT_EQ(plasma.size(), 64u * 64);
  EXPECT_EQ(*std::min_element(plasma.begin(), plasma.end()), 0);
  EXPECT_EQ(*std::max_element(plasma.begin(), plasma.end()), 1);
}

TEST(PlasmaTest, LargeDecaysAreSmooth) {
  // Mean absolute difference of neighbours in a row, ends included.
  const auto roughness = [](double decay) {
    RandomStream random(2, 0);
    const std::vector<double> plasma = MakePlasma(32, decay, random);
    double sum = 0;
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 32; ++x) {
        sum += std::abs(plasma[y * 32 + x] - plasma[y * 32 + (x + 1) % 32]);
      }
    }
    return sum / 1024;
  };
  EXPECT_GT(roughness(1.2), 1.5 * roughness(1.75));
  EXPECT_GT(roughness(1.75), 1.5 * roughness(3));
}

}  // namespace
}  // namespace bigstep
