#include "experiments/report/analysis/number_style.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bigstep {
namespace {

ResultSpec Unbounded() { return {"x", "", -kInfinity, kInfinity}; }

TEST(NumberStyleTest, SharesHaveFourDecimals) {
  const NumberStyle style = StyleOf({"x", ""}, {1e-7, 0.5});
  EXPECT_EQ(style.Text(0.98349), "0.9835");
  EXPECT_EQ(style.Text(1e-7), "0.0000");
}

TEST(NumberStyleTest, TheLargestMeanDecidesForAllOthers) {
  EXPECT_EQ(StyleOf(Unbounded(), {1, 153.25}).Text(1), "1.00");
  EXPECT_EQ(StyleOf(Unbounded(), {-12345.6}).Text(3.4), "3");
  EXPECT_EQ(StyleOf(Unbounded(), {0.05, std::nan("")}).Text(0.05), "0.050000");
  EXPECT_EQ(StyleOf(Unbounded(), {2e-5}).Text(1e-5), "1.0000e-05");
  EXPECT_EQ(StyleOf(Unbounded(), {2e7}).Text(1), "1.0000e+00");
  EXPECT_EQ(StyleOf(Unbounded(), {}).Text(1), "1.0000");
}

TEST(NumberStyleTest, TheUndefinedIsADash) {
  EXPECT_EQ(NumberStyle().Text(std::nan("")), "-");
  EXPECT_EQ(NumberStyle().Signed(std::nan("")), "-");
  EXPECT_EQ(NumberStyle().MeanAndStd({0, std::nan(""), std::nan("")}), "-");
}

TEST(NumberStyleTest, OneValueHasNoSpread) {
  EXPECT_EQ(NumberStyle().MeanAndStd({1, 0.5, std::nan("")}), "0.5000");
  EXPECT_EQ(NumberStyle().MeanAndStd({2, 0.5, 0.25}), "0.5000 ± 0.2500");
}

TEST(NumberStyleTest, SignsStandWhereDifferencesAre) {
  const NumberStyle style;
  EXPECT_EQ(style.Signed(0.25), "+0.2500");
  EXPECT_EQ(style.Signed(-0.25), "-0.2500");
  EXPECT_EQ(style.Signed(0), "0.0000");
  EXPECT_EQ(style.Signed(1e-9), "0.0000");
  EXPECT_EQ(style.Signed(-1e-9), "0.0000");
  EXPECT_EQ(style.Signed(Interval{-0.5, 0.25}), "[-0.5000, +0.2500]");
}

TEST(NumberStyleTest, ExactNumbersReadBackEqual) {
  EXPECT_EQ(ExactText(0.1), "0.1");
  EXPECT_EQ(ExactText(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(ExactText(std::nan("")), "");
}

}  // namespace
}  // namespace bigstep
