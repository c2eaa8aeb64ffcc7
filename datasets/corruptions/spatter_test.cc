#include "datasets/corruptions/spatter.h"

#include <gtest/gtest.h>

#include "datasets/corruptions/testing.h"

namespace bigstep {
namespace {

TEST(SpatterTest, EqualsTheReferenceOnEqualDraws) {
  ExpectGoldens("spatter", AddSpatter);
}

// On black only the drops are seen: water adds at most half of its colour
// (175, 238, 238); mud covers with at least 0.8 of its own (63, 42, 20).
TEST(SpatterTest, DropsHaveTheirColors) {
  for (int level = 1; level <= 5; ++level) {
    RandomStream random(2, level);
    const Image32 drops = AddSpatter(MakeFlatImage(0), level, random);
    int wet = 0;
    for (int i = 0; i < kArea; ++i) {
      if (drops[0][i] == 0) continue;
      ++wet;
      if (level <= 3) {
        EXPECT_LE(drops[0][i], 87);
        EXPECT_NEAR(drops[1][i], drops[0][i] * 238 / 175., 2);
        EXPECT_EQ(drops[1][i], drops[2][i]);
      } else {
        EXPECT_GE(drops[0][i], 50);  // 0.8 * 63, cut.
        EXPECT_LE(drops[0][i], 63);
        EXPECT_NEAR(drops[1][i], drops[0][i] * 42 / 63., 2);
        EXPECT_NEAR(drops[2][i], drops[0][i] * 20 / 63., 2);
      }
    }
    EXPECT_GT(wet, 0) << level;
    EXPECT_LT(wet, kArea) << level;
  }
}

}  // namespace
}  // namespace bigstep
