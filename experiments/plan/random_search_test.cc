#include "experiments/plan/random_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace bigstep {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

// The numbers of this file: testdata/draw_golden.py.

Range MakeRange(double low, double high, bool log, bool integer) {
  Range range;
  range.low = low;
  range.high = high;
  range.log = log;
  range.integer = integer;
  return range;
}

std::vector<double> Draw(const std::string& axis, const Range& range, int n) {
  RandomSearchStream stream(7, axis);
  std::vector<double> numbers;
  for (int i = 0; i < n; ++i) numbers.push_back(stream.NextIn(range));
  return numbers;
}

TEST(RandomSearchTest, EachAxisHasItsStream) {
  RandomSearchStream lr(7, "lr");
  EXPECT_EQ(lr.Next(), 0.40422702486351714);
  EXPECT_EQ(lr.Next(), 0.017101963281687227);
  EXPECT_EQ(lr.Next(), 0.999701627656724);
  RandomSearchStream l2(7, "l2");
  EXPECT_EQ(l2.Next(), 0.688353853752098);
  EXPECT_NE(RandomSearchStream(8, "lr").Next(), 0.40422702486351714);
}

TEST(RandomSearchTest, NumbersOfARangeHaveFourDigits) {
  EXPECT_THAT(Draw("lr", MakeRange(0.001, 1, true, false), 4),
              ElementsAre(0.01632, 0.001125, 0.9979, 0.02031));
  EXPECT_THAT(Draw("l2", MakeRange(-1, 1, false, false), 4),
              ElementsAre(0.3767, 0.1213, 0.6808, -0.9372));
}

TEST(RandomSearchTest, WholeNumbersIncludeBothEnds) {
  EXPECT_THAT(Draw("lr", MakeRange(1, 6, false, true), 4),
              ElementsAre(3, 1, 6, 3));
  EXPECT_THAT(Draw("l2", MakeRange(1, 1000, true, true), 4),
              ElementsAre(116, 48, 332, 1));
  // 6000 throws of a die: each side 1000 times, give or take five standard
  // deviations, sqrt(6000 * 1/6 * 5/6) = 28.9.
  const std::vector<double> dice =
      Draw("lr", MakeRange(1, 6, false, true), 6000);
  for (int side = 1; side <= 6; ++side) {
    EXPECT_NEAR(std::count(dice.begin(), dice.end(), side), 1000, 145) << side;
  }
}

TEST(RandomSearchTest, NothingLiesOutsideTheRange) {
  // Rounded to four digits, 0.123449 is 0.1234, below the range.
  EXPECT_THAT(
      Draw("lr", MakeRange(0.123449, 0.123451, false, false), 100),
      Each(testing::AllOf(testing::Ge(0.123449), testing::Le(0.123451))));
  EXPECT_THAT(Draw("lr", MakeRange(-1e308, 1e308, false, false), 100),
              Each(testing::AllOf(testing::Ge(-1e308), testing::Le(1e308))));
}

TEST(RandomSearchTest, PositionsAreThoseOfTheList) {
  RandomSearchStream stream(7, "lr");
  std::vector<size_t> positions;
  for (int i = 0; i < 4; ++i) positions.push_back(stream.NextPosition(6));
  // floor(6 u) of the numbers above, by hand.
  EXPECT_THAT(positions, ElementsAre(2u, 0u, 5u, 2u));
}

}  // namespace
}  // namespace bigstep
