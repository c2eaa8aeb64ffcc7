#include "experiments/report/analysis/significance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bigstep {
namespace {

// Numbers said to be SciPy's are from testdata/statistics_golden.py.

SeedTest Alone(const std::vector<double>& values) {
  SeedTest test = TestSeeds(values);
  CorrectTests({&test});
  return test;
}

TEST(SignificanceTest, FewerThanFiveSeedsGetNoVerdict) {
  for (int n = 0; n < 5; ++n) {
    const SeedTest test = Alone(std::vector<double>(static_cast<size_t>(n), 1));
    EXPECT_EQ(test.side, Side::kTooFewSeeds) << n;
  }
  EXPECT_EQ(BasisText(Alone({1, 1, 1})), "n = 3: too few seeds for a verdict");
}

TEST(SignificanceTest, AtFiveSeedsTheIntervalDecidesIfAllAgreeInSign) {
  EXPECT_EQ(Alone({0.03, 0.05, 0.02, 0.04, 0.06}).side, Side::kAbove);
  EXPECT_EQ(Alone({-0.03, -0.05, -0.02, -0.04, -0.06}).side, Side::kBelow);
  // One sign differs, though Student's p is below 5 %: undecided.
  const SeedTest odd = Alone({0.03, 0.03, -0.0001, 0.03, 0.03});
  EXPECT_LT(*odd.p, 0.05);
  EXPECT_EQ(odd.side, Side::kUndecided);
}

TEST(SignificanceTest, FromSixSeedsOnTheExactPMustAgree) {
  // SciPy: Student's p is .020, the exact one .070.
  const SeedTest test = Alone({1, 1, 1, -1, 1, 1, 1, 1});
  EXPECT_LT(*test.p_corrected, 0.05);
  EXPECT_EQ(test.side, Side::kUndecided);
  EXPECT_EQ(Alone({1, 1, 1, 0.5, 1, 1, 1, 1}).side, Side::kAbove);
}

TEST(SignificanceTest, ThePAndTheIntervalAreHolms) {
  SeedTest clear = TestSeeds({0.03, 0.05, 0.02, 0.04, 0.06});
  std::vector<SeedTest> nulls(3, TestSeeds({0.5, -0.25, 0, 0.25, 1}));
  SeedTest lone = TestSeeds({1});
  CorrectTests({&nulls[0], &nulls[1], &clear, &lone, &nulls[2]});
  EXPECT_EQ(clear.comparisons, 4);  // A single value cannot be compared.
  EXPECT_EQ(lone.comparisons, 0);
  EXPECT_NEAR(*clear.p_corrected, 4 * 0.004812678330044224, 1e-12);
  // SciPy's interval at 5 % / 4; the plain one is narrower.
  EXPECT_NEAR(clear.corrected->low, 0.009490774493285371, 1e-12);
  EXPECT_NEAR(clear.corrected->high, 0.07050922550671462, 1e-12);
  EXPECT_GT(clear.summary.interval->low, clear.corrected->low);
  EXPECT_EQ(clear.side, Side::kAbove);
  // The first that is not significant ends the procedure: the others have the
  // interval at 5 % / 3, too.
  const auto third = StudentInterval(nulls[0].summary, 0.05 / 3);
  for (const SeedTest& test : nulls) {
    EXPECT_EQ(test.corrected->low, third->low);
    EXPECT_EQ(test.side, Side::kUndecided);
  }
}

TEST(SignificanceTest, AStricterLevelWidensTheInterval) {
  SeedTest test = TestSeeds({0.03, 0.05, 0.02, 0.04, 0.06});
  test.level = 0.01;
  CorrectTests({&test});
  EXPECT_NEAR(*test.p_corrected, 5 * 0.004812678330044224, 1e-12);
  EXPECT_EQ(test.corrected->low, StudentInterval(test.summary, 0.01)->low);
  EXPECT_EQ(test.side, Side::kAbove);
}

TEST(SignificanceTest, SmallPHaveMoreDigits) {
  EXPECT_EQ(PText(0.0004), "p < 0.001");
  EXPECT_EQ(PText(0.0625), "p = 0.062");
  EXPECT_EQ(PText(0.234), "p = 0.23");
  EXPECT_EQ(PText(0.0499), "p < 0.05");
  EXPECT_EQ(PText(0.05), "p = 0.050");
}

}  // namespace
}  // namespace bigstep
