#include "datasets/corruptions/random_stream.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace bigstep {
namespace {

constexpr int kDraws = 100000;

// The outputs that rosettacode.org ("Pseudo-random numbers/Splitmix64") lists
// for the state 1234567.
TEST(RandomStreamTest, IsSplitMix64) {
  uint64_t state = 1234567;
  EXPECT_EQ(NextSplitMix64(state), 6457827717110365317u);
  EXPECT_EQ(NextSplitMix64(state), 3203168211198807973u);
  EXPECT_EQ(NextSplitMix64(state), 9817491932198370423u);
  EXPECT_EQ(NextSplitMix64(state), 4593380528125082431u);
  EXPECT_EQ(NextSplitMix64(state), 16408922859458223821u);
}

TEST(RandomStreamTest, SeedAndIndexDecideEverything) {
  const double first = RandomStream(1, 2).Uniform();
  EXPECT_EQ(RandomStream(1, 2).Uniform(), first);
  EXPECT_NE(RandomStream(1, 3).Uniform(), first);
  EXPECT_NE(RandomStream(2, 2).Uniform(), first);
  EXPECT_NE(RandomStream(2, 1).Uniform(), first);
}

// Streams of neighbouring images do not share numbers one step apart.
TEST(RandomStreamTest, NeighbouringStreamsDoNotOverlap) {
  RandomStream one(1, 0), next(1, 1);
  one.Uniform();
  EXPECT_NE(one.Uniform(), next.Uniform());
}

TEST(RandomStreamTest, UniformFillsItsRangeEvenly) {
  std::array<int, 10> counts = {};
  RandomStream random(4, 0);
  for (int i = 0; i < kDraws; ++i) {
    const double u = random.Uniform(-2, 3);
    ASSERT_GE(u, -2);
    ASSERT_LT(u, 3);
    ++counts[static_cast<int>((u + 2) * 2)];
  }
  for (const int count : counts) {
    // Five standard deviations of a binomial count: 5 sqrt(n 0.1 0.9).
    EXPECT_NEAR(count, kDraws / 10, 5 * std::sqrt(kDraws * 0.09));
  }
}

TEST(RandomStreamTest, NormalHasTheMomentsOfItsName) {
  RandomStream random(5, 0);
  double sum = 0, squares = 0, fourth = 0, neighbours = 0, last = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double z = random.Normal();
    sum += z;
    squares += z * z;
    fourth += z * z * z * z;
    neighbours += z * last;
    last = z;
  }
  // Five standard errors. Var(z) = 1, Var(z^2) = 3 - 1 = 2, Var(z^4) = 105 - 9,
  // Var(z z') = 1.
  EXPECT_NEAR(sum / kDraws, 0, 5 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 1, 5 * std::sqrt(2. / kDraws));
  EXPECT_NEAR(fourth / kDraws, 3, 5 * std::sqrt(96. / kDraws));
  EXPECT_NEAR(neighbours / kDraws, 0, 5 / std::sqrt(kDraws));
}

TEST(RandomStreamTest, BelowGivesEachNumberEquallyOften) {
  std::array<int, 3> counts = {};
  RandomStream random(6, 0);
  for (int i = 0; i < kDraws; ++i) ++counts.at(random.Below(3));
  for (const int count : counts) {
    EXPECT_NEAR(count, kDraws / 3., 5 * std::sqrt(kDraws * 2 / 9.));
  }
}

}  // namespace
}  // namespace bigstep
