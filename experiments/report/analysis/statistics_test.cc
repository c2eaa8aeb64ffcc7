#include "experiments/report/analysis/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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
  EXPECT_EQ(Spearman({1}, {1}), std::nullopt);
  EXPECT_EQ(Spearman({1, 1, 1}, {1, 2, 3}), std::nullopt);
  EXPECT_EQ(Spearman({1, 2, 3}, {0.1, 0.1, 0.1}), std::nullopt);
  EXPECT_EQ(Spearman({}, {}), std::nullopt);
}

TEST(StudentPTest, IsSciPys) {
  EXPECT_NEAR(*StudentP(Summarize({0.03, 0.05, 0.02, 0.04, 0.06})),
              0.004812678330044224, 1e-12);
  EXPECT_NEAR(*StudentP(Summarize({0.5, -0.25, 0, 0.25, 1})),
              0.23549636025944287, 1e-12);
  EXPECT_EQ(StudentP(Summarize({1})), std::nullopt);
}

TEST(StudentPTest, EqualValuesAreCertainUnlessTheyAreZero) {
  EXPECT_EQ(StudentP(Summarize({0.1, 0.1, 0.1})), 0.0);
  EXPECT_EQ(StudentP(Summarize({0, 0, 0})), 1.0);
}

TEST(SignFlipTest, CountsAllSigns) {
  // SciPy's permutation_test over all 2^n signs.
  EXPECT_EQ(SignFlipP({0.03, 0.05, 0.02, 0.04, 0.06}), 0.0625);
  EXPECT_EQ(SignFlipP({0.03, 0.05, -0.02, 0.04, 0.06}), 0.125);
  EXPECT_EQ(SignFlipP({0.1, -0.2, 0.3, 0.25, 0.05, 0.15, 0.4, 0.2}), 0.0625);
  EXPECT_EQ(SignFlipP({1, 1, 1, -1, 1, 1, 1, 1}), 0.0703125);
  EXPECT_EQ(SignFlipP({0.5, -0.25, 0, 0.25, 1}), 0.375);
  EXPECT_EQ(SignFlipP({}), std::nullopt);
  EXPECT_EQ(SignFlipP({0, 0}), 1.0);
}

TEST(SignFlipTest, ManyValuesAreFlippedAtRandom) {
  // By hand: of 21 equal values, 2 of 2^21 ways are as far; none of 100,000
  // random ones is likely to be.
  EXPECT_NEAR(*SignFlipP(std::vector<double>(21, 1.0)), 1.0 / 100001, 1e-9);
  // By hand: twice the chance of 16 or more heads among 22, 0.0525.
  std::vector<double> values(22, 1.0);
  std::fill(values.begin(), values.begin() + 6, -1.0);
  EXPECT_NEAR(*SignFlipP(values), 0.0525, 0.003);
}

TEST(HolmTest, FollowsThePaper) {
  // By hand, Holm (1979): .01 * 4, .02 * 3, .04 * 2 (.08), .05 * 1, which may
  // not be below .08.
  const std::vector<double> adjusted = HolmAdjusted({0.04, 0.01, 0.05, 0.02});
  EXPECT_NEAR(adjusted[1], 0.04, 1e-15);
  EXPECT_NEAR(adjusted[3], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[0], 0.08, 1e-15);
  EXPECT_NEAR(adjusted[2], 0.08, 1e-15);
  EXPECT_EQ(HolmAdjusted({0.7, 0.9})[0], 1);
  EXPECT_TRUE(HolmAdjusted({}).empty());
}

}  // namespace
}  // namespace bigstep
