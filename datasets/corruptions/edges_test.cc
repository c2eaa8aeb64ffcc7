#include "datasets/corruptions/edges.h"

#include <gtest/gtest.h>

namespace bigstep {
namespace {

// By hand: a step from 0 to 100 between columns 15 and 16 has gradient 400 on
// both sides; of equal neighbours the first one counts.
TEST(EdgesTest, FindsOneLineAlongAStep) {
  Plane32<uint8_t> gray;
  for (int i = 0; i < kArea; ++i) gray[i] = i % kSide < 16 ? 0 : 100;
  const Plane32<bool> edges = FindEdges(gray, 50, 150);
  for (int i = 0; i < kArea; ++i) EXPECT_EQ(edges[i], i % kSide == 15) << i;
}

// By hand: steps of 30 have gradient 120, between the thresholds; they count
// where they touch the step of 100 that begins in row 16.
TEST(EdgesTest, WeakEdgesNeedStrongOnes) {
  Plane32<uint8_t> gray = {};
  for (int i = 0; i < kArea; ++i) gray[i] = i % kSide < 16 ? 0 : 30;
  for (const bool edge : FindEdges(gray, 50, 150)) EXPECT_FALSE(edge);
  for (int i = 16 * kSide; i < kArea; ++i) gray[i] = i % kSide < 16 ? 0 : 100;
  EXPECT_TRUE(FindEdges(gray, 50, 150)[2 * kSide + 15]);
}

TEST(EdgesTest, MeasuresDistancesAlongSteps) {
  Plane32<bool> edges = {};
  edges[10 * kSide + 10] = true;
  const Plane32<float> distance = DistanceToEdges(edges);
  const auto at = [&distance](int dy, int dx) {
    return distance[(10 + dy) * kSide + 10 + dx];
  };
  EXPECT_EQ(at(0, 0), 0);
  EXPECT_EQ(at(0, 7), 7);
  EXPECT_EQ(at(-7, 0), 7);
  // 16 fractional bits are exact to 1e-5 a step.
  EXPECT_NEAR(at(4, 4), 4 * 1.4, 1e-4);
  EXPECT_NEAR(at(-3, 3), 3 * 1.4, 1e-4);
  EXPECT_NEAR(at(2, -1), 2.1969, 1e-4);
  EXPECT_NEAR(at(-1, -2), 2.1969, 1e-4);
  EXPECT_NEAR(at(5, 2), 2 * 2.1969 + 1, 1e-4);
}

TEST(EdgesTest, WithoutEdgesEverythingIsFar) {
  for (const float distance : DistanceToEdges({})) EXPECT_GT(distance, 64);
}

}  // namespace
}  // namespace bigstep
