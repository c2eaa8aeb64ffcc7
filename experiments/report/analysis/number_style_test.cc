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

TEST(NumberStyleTest, ErrorsThatSpanDecadesKeepTheirDigits) {
  const ResultSpec error = {"x", "", 0, kInfinity};
  EXPECT_EQ(StyleOf(error, {4e-4, 2.4e-14}, {1e-3, 1e-14}).Text(2.4e-14),
            "2.4000e-14");
  EXPECT_EQ(StyleOf(error, {0.5, 2e-4}, {0.0141}).Text(2e-4), "2.0000e-04");
  EXPECT_EQ(StyleOf(error, {0.5, 2e-3}, {0.0141}).Text(0.5), "0.500");
  // 0 itself has no decade.
  EXPECT_EQ(StyleOf(error, {0.5, 0}, {0.0141}).Text(0), "0.000");
}

TEST(NumberStyleTest, TheUncertaintyGivesTheDigits) {
  // By the rule of the Particle Data Group: 1.41 and 3.54 keep two digits, 3.56
  // and 7.1 one, 9.6 becomes 10.
  EXPECT_EQ(DecimalsOf(0.0071), 3);
  EXPECT_EQ(DecimalsOf(0.141), 2);
  EXPECT_EQ(DecimalsOf(0.0354), 3);
  EXPECT_EQ(DecimalsOf(0.0356), 2);
  EXPECT_EQ(DecimalsOf(0.0096), 3);
  EXPECT_EQ(DecimalsOf(14.1), 0);
  EXPECT_EQ(DecimalsOf(1.5), 1);
  EXPECT_EQ(DecimalsOf(0), std::nullopt);
  EXPECT_EQ(DecimalsOf(std::nan("")), std::nullopt);
  const NumberStyle style = StyleOf({"x", ""}, {0.97}, {0.007, 0.0069, 0});
  EXPECT_EQ(style.MeanAndStd({5, 0.9704, 0.00702}), "0.970 ± 0.007");
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
