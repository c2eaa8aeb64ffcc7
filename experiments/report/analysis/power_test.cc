#include "experiments/report/analysis/power.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PowerTest, IsSciPys) {
  // From testdata/statistics_golden.py.
  EXPECT_NEAR(PowerOf(5, 1, 0.05), 0.4013899173717936, 1e-9);
  EXPECT_NEAR(PowerOf(5, 2, 0.05), 0.9088848681009394, 1e-9);
  EXPECT_NEAR(PowerOf(10, 1, 0.05), 0.8030968566475511, 1e-9);
  EXPECT_NEAR(PowerOf(20, 0.5, 0.05), 0.5645044184390378, 1e-9);
  EXPECT_EQ(PowerOf(5, 1e6, 0.05), 1);
}

TEST(PowerTest, SeedsAreTheFewestThatReachIt) {
  EXPECT_EQ(SeedsForPower(1, 0.05), 10);  // .803 by SciPy, .76 at nine.
  EXPECT_EQ(SeedsForPower(2, 0.05), 5);
  EXPECT_EQ(SeedsForPower(0, 0.05), std::nullopt);
  EXPECT_EQ(SeedsForPower(0.001, 0.05), std::nullopt);
}

StudyBuilder StudyWithAClaim() {
  StudyBuilder b;
  Claim claim{"C1", "So", "accuracy.test", Expectation::kAtLeast};
  claim.at = {{"lr", "1"}};
  claim.value = 0.5;
  b.study_.claims = {{claim}};
  b.AddAxisValue("lr", "1", 1.0);
  return b;
}

TEST(PowerTest, AClaimIsDescribedByItsPilotOrTheGivenEffect) {
  StudyBuilder b = StudyWithAClaim();
  EXPECT_THAT(DescribePower(b.Analyzed(), b.records_, 0),
              ElementsAre(HasSubstr("claim C1 needs ")));
  b.AddCompleted({0}, 0, 0.6, 1);
  b.AddCompleted({0}, 1, 0.8, 1);
  // By hand: a mean of .2 above the value, a standard deviation of .141.
  const auto too_few = HasSubstr(
      "claim C1 gets no verdict: the study has 2 seeds, a verdict "
      "takes 5");
  EXPECT_THAT(
      DescribePower(b.Analyzed(), b.records_, 0),
      ElementsAre(too_few, HasSubstr("seeds, at the effect of 1.41 standard "
                                     "deviations that 2 seeds show")));
  EXPECT_THAT(
      DescribePower(b.Analyzed(), b.records_, 2),
      ElementsAre(too_few, HasSubstr("at an effect of 2 standard deviations")));
  b.study_.claims[0].claim.expect = Expectation::kAtMost;
  EXPECT_THAT(DescribePower(b.Analyzed(), b.records_, 0),
              ElementsAre(too_few, HasSubstr("not on the claim's side")));
}

}  // namespace
}  // namespace bigstep
