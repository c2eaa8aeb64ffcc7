#include "experiments/report/analysis/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace bigstep {
namespace {

// Numbers said to be SciPy's are from testdata/statistics_golden.py.

TEST(SummarizeTest, GivesMeanAndSampleStandardDeviation) {
  // By hand: mean 4, squares 4 + 0 + 4, std = sqrt(8 / 2) = 2.
  const Summary summary = Summarize({2, 4, 6});
  EXPECT_EQ(summary.n, 3);
  EXPECT_DOUBLE_EQ(summary.mean, 4);
  EXPECT_DOUBLE_EQ(summary.std, 2);
}

TEST(SummarizeTest, IntervalsAreStudents) {
  // SciPy's distribution. The ends are small differences of larger numbers, so
  // the last digits may differ.
  const struct {
    std::vector<double> values;
    double low, high;
  } kCases[] = {
      {{2, 4, 6}, -0.9682754235006623, 8.968275423500662},
      {{0.5, 0.75}, -0.9632755920218379, 2.213275592021838},
      {{0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4},
       -0.3071073459071618,
       3.935678774478591},
  };
  for (const auto& [values, low, high] : kCases) {
    const Summary summary = Summarize(values);
    ASSERT_TRUE(summary.interval.has_value());
    EXPECT_NEAR(summary.interval->low, low, 1e-13);
    EXPECT_NEAR(summary.interval->high, high, 1e-13);
  }
}

TEST(SummarizeTest, LeavesUndefinedWhatTooFewValuesGive) {
  EXPECT_EQ(Summarize({}).n, 0);
  EXPECT_TRUE(std::isnan(Summarize({}).mean));
  EXPECT_EQ(Summarize({3}).mean, 3);
  EXPECT_TRUE(std::isnan(Summarize({3}).std));
  EXPECT_FALSE(Summarize({3}).interval.has_value());
}

TEST(SummarizeTest, EqualValuesHaveAnIntervalOfNoWidth) {
  const Summary summary = Summarize({0.5, 0.5, 0.5});
  EXPECT_EQ(summary.std, 0);
  EXPECT_EQ(summary.interval->low, 0.5);
  EXPECT_EQ(summary.interval->high, 0.5);
}

TEST(SpearmanTest, TiesShareTheirMeanRank) {
  // SciPy's spearmanr.
  EXPECT_NEAR(*Spearman({1, 2, 3, 4, 5}, {5, 6, 7, 8, 7}), 0.8207826816681233,
              1e-15);
  EXPECT_NEAR(
      *Spearman({0.01, 0.01, 0.1, 0.1, 1, 1}, {0.5, 0.6, 0.9, 0.5, 0.2, 0.2}),
      -0.67700320038633, 1e-15);
  EXPECT_NEAR(*Spearman({3, 1, 2}, {1, 2, 3}), -0.5, 1e-15);
}

TEST(SpearmanTest, OnlyTheOrderCounts) {
  // By hand: both rise throughout.
  EXPECT_EQ(Spearman({0.001, 0.01, 1, 1000}, {1, 2, 3, 100}), 1.0);
  EXPECT_EQ(Spearman({0.001, 0.01, 1, 1000}, {9, 8, 7, -5}), -1.0);
}

TEST(SpearmanTest, IsUndefinedWithoutVariation) {
  EXPECT_EQ(Spearman({1, 2}, {1, 2}), std::nullopt);
  EXPECT_EQ(Spearman({1, 1, 1}, {1, 2, 3}), std::nullopt);
  EXPECT_EQ(Spearman({1, 2, 3}, {0.1, 0.1, 0.1}), std::nullopt);
  EXPECT_EQ(Spearman({}, {}), std::nullopt);
}

TEST(SpearmanTest, TheChanceOfFewPairsIsCounted) {
  // All pairings, one by one, in testdata/statistics_golden.py.
  EXPECT_DOUBLE_EQ(*SpearmanP({1, 2, 3, 4, 5}, {5, 6, 7, 8, 7}), 16.0 / 120);
  EXPECT_DOUBLE_EQ(
      *SpearmanP({0.01, 0.01, 0.1, 0.1, 1, 1}, {0.5, 0.6, 0.9, 0.5, 0.2, 0.2}),
      144.0 / 720);
  EXPECT_DOUBLE_EQ(*SpearmanP({3, 1, 2}, {1, 2, 3}), 6.0 / 6);
  // By hand: of the 6! / (3! 3!) = 20 ways to give two rates to six results,
  // two part them so well. Student's t would say .021, and, if the results of
  // a rate are equal, 2 / 6!.
  EXPECT_DOUBLE_EQ(*SpearmanP({0.1, 0.1, 0.1, 1, 1, 1}, {1, 2, 3, 4, 5, 6}),
                   2.0 / 20);
  EXPECT_DOUBLE_EQ(
      *SpearmanP({0.1, 0.1, 0.1, 1, 1, 1}, {0.5, 0.5, 0.5, 1, 1, 1}), 2.0 / 20);
  // Which of the two is tied makes no difference.
  EXPECT_DOUBLE_EQ(*SpearmanP({1, 2, 3, 4, 5, 6}, {0.1, 0.1, 0.1, 1, 1, 1}),
                   2.0 / 20);
  // By hand: the 1 may go with the 1, the 2 or the 3.
  EXPECT_DOUBLE_EQ(*SpearmanP({1, 2, 3}, {0, 0, 1}), 2.0 / 3);
  EXPECT_EQ(SpearmanP({1, 2}, {1, 2}), std::nullopt);
  EXPECT_EQ(SpearmanP({1, 1, 1}, {1, 2, 3}), std::nullopt);
}

TEST(SpearmanTest, TheChanceOfManyPairsIsThatOfStudentsDistribution) {
  // 9! = 362,880 ways. By hand: rho = 1 - 6 * 36 / (9 * 80); the golden script
  // integrates the density of Student's t.
  const std::vector<double> nine = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::vector<double> mixed = {3, 4, 1, 2, 8, 7, 6, 5, 9};
  EXPECT_NEAR(*Spearman(nine, mixed), 0.7, 1e-15);
  EXPECT_NEAR(*SpearmanP(nine, mixed), 0.0357695749703, 1e-12);
}

TEST(SpearmanTest, NoChanceIsLessThanThatOfTheTwoStraightOrders) {
  // By hand: 2 of 3! = 6, 4! = 24 and 9! = 362,880 orders.
  EXPECT_DOUBLE_EQ(*SpearmanP({1, 2, 3}, {1, 2, 3}), 2.0 / 6);
  EXPECT_DOUBLE_EQ(*SpearmanP({1, 2, 3, 4}, {4, 3, 2, 1}), 2.0 / 24);
  const std::vector<double> nine = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_NEAR(*SpearmanP(nine, nine), 2.0 / 362880, 1e-18);
  // Of 20! / (10! 10!) = 184,756 ways, two part both halves; t would say 1e-6.
  std::vector<double> halves(20, 0.1), results(20);
  for (size_t i = 0; i < 20; ++i) {
    if (i >= 10) halves[i] = 1;
    results[i] = static_cast<double>(i);
  }
  EXPECT_NEAR(*SpearmanP(halves, results), 2.0 / 184756, 1e-16);
}

TEST(BootstrapMeanTest, DrawsAreTheSameEverywhere) {
  // The second implementation, to the last bit.
  const auto five = BootstrapMean({0.1, -0.2, 0.3, 0.25, 0.05});
  EXPECT_EQ(five->low, -0.06000000000000001);
  EXPECT_EQ(five->high, 0.24000000000000005);
  const auto eight = BootstrapMean({1, 2, 4, 8, 16, 32, 64, 128}, 1000, 7);
  EXPECT_EQ(eight->low, 8.125);
  EXPECT_EQ(eight->high, 66);
}

TEST(BootstrapMeanTest, ThreeValuesSayOnlyHowFarApartTheyAre) {
  // By hand: one resample in 27, more than 2.5 %, is the smallest value three
  // times, and one the largest.
  const auto interval = BootstrapMean({1, 2, 4});
  EXPECT_EQ(interval->low, 1);
  EXPECT_EQ(interval->high, 4);
}

TEST(BootstrapMeanTest, FewerThanTwoValuesGiveNone) {
  EXPECT_FALSE(BootstrapMean({}).has_value());
  EXPECT_FALSE(BootstrapMean({1}).has_value());
  EXPECT_FALSE(BootstrapMean({1, 2}, 0).has_value());
}

TEST(BootstrapMeanTest, ASingleDrawIsBothEnds) {
  const auto interval = BootstrapMean({1, 2}, 1);
  EXPECT_EQ(interval->low, interval->high);
}

}  // namespace
}  // namespace bigstep
