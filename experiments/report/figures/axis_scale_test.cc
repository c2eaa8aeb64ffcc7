#include "experiments/report/figures/axis_scale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

namespace bigstep {
namespace {

using ::testing::HasSubstr;

std::vector<AxisValue> Numbers(const std::vector<double>& numbers) {
  std::vector<AxisValue> axis_values;
  for (const double number : numbers) {
    axis_values.push_back({"lr", std::to_string(number), number});
  }
  return axis_values;
}

TEST(AxisScaleTest, ValuesOverADecadeAreLogarithmic) {
  EXPECT_TRUE(MakeAxisScale(Numbers({0.01, 1})).log);
  EXPECT_FALSE(MakeAxisScale(Numbers({0.1, 1})).log);
  EXPECT_FALSE(MakeAxisScale(Numbers({-1, 0.01, 1})).log);
}

TEST(AxisScaleTest, ZeroStandsLeftOfALogarithmicScale) {
  const AxisScale scale = MakeAxisScale(Numbers({0, 1e-4, 1e-2}));
  EXPECT_TRUE(scale.log);
  EXPECT_DOUBLE_EQ(scale.positions[0], 1e-4 / std::sqrt(10.0));
  EXPECT_EQ(scale.labels,
            (std::vector<std::string>{"0", "10^{-4}", "10^{-2}"}));
  EXPECT_LT(scale.low, scale.positions[0]);
}

TEST(AxisScaleTest, WordsStandSideBySide) {
  const AxisScale scale =
      MakeAxisScale({{"opt", "sgd", std::nullopt}, {"opt", "50%", 0.5}});
  EXPECT_FALSE(scale.numeric);
  EXPECT_EQ(scale.positions, (std::vector<double>{0, 1}));
  // gnuplot reads % in labels of ticks as a format.
  EXPECT_THAT(MakeTicks(scale, 3).script, HasSubstr("('sgd' 0.0, '50%%' 1.0)"));
}

AxisScale Words(const std::vector<std::string>& words) {
  std::vector<AxisValue> values;
  for (const std::string& word : words) values.push_back({"opt", word, {}});
  return MakeAxisScale(values);
}

TEST(AxisScaleTest, LongWordsGetTwoRowsOrAreTurned) {
  const Ticks two = MakeTicks(Words({"größtes momentum", "sgd"}), 1);
  EXPECT_THAT(two.script,
              HasSubstr("('größtes momentum' 0.0, \"\\n\".'sgd' 1.0)"));
  const Ticks five = MakeTicks(Words({"sgd_momentum", "adaptive_adam",
                                      "asam_momentum", "lion_momentum", "sgd"}),
                               1.4);
  EXPECT_THAT(five.script, HasSubstr("rotate by 45"));
  EXPECT_THAT(five.script, HasSubstr("'sgd\\_momentum' 0.0"));
  const std::string longest(40, 'm');
  const Ticks turned = MakeTicks(Words({longest, longest, longest}), 1);
  EXPECT_THAT(turned.script, HasSubstr("rotate by 90"));
  EXPECT_THAT(turned.script, HasSubstr("'" + std::string(17, 'm') + "…' 2.0"));
  EXPECT_GT(turned.height, five.height);
  EXPECT_GT(five.height, two.height);
}

TEST(AxisScaleTest, AnAxisHasOneNotation) {
  using Labels = std::vector<std::string>;
  EXPECT_EQ(NumberLabels({0.003, 0.1, 1}), (Labels{"0.003", "0.1", "1"}));
  EXPECT_EQ(NumberLabels({0, 1e-4, 1e-3, 0.1}),
            (Labels{"0", "10^{-4}", "10^{-3}", "10^{-1}"}));
  EXPECT_EQ(NumberLabels({3e-5, 1e-3, 0.1}), (Labels{"3e-5", "1e-3", "1e-1"}));
}

TEST(AxisScaleTest, OneValueHasARangeToo) {
  for (const double value : {0.0, 3.0, -2.0}) {
    const AxisScale scale = MakeAxisScale(Numbers({value}));
    EXPECT_LT(scale.low, value);
    EXPECT_GT(scale.high, value);
  }
}

TEST(AxisScaleTest, NoLabelIsLost) {
  const AxisScale scale = MakeAxisScale(Numbers({0.5, 0.9, 0.99}));
  EXPECT_THAT(MakeTicks(scale, 1).script,
              HasSubstr("('0.5' 0.5, \"\\n\".'0.9' 0.9, '0.99' 0.99)"));
  EXPECT_THAT(MakeTicks(scale, 14).script, HasSubstr("'0.9' 0.9, '0.99' 0.99"));
  // Too close to be named where they are.
  const AxisScale close = MakeAxisScale(Numbers({0, 0.9, 0.99, 0.999}));
  EXPECT_FALSE(close.numeric);
  EXPECT_EQ(close.positions, (std::vector<double>{0, 1, 2, 3}));
  EXPECT_THAT(MakeTicks(close, 1.4).script,
              HasSubstr("('0' 0.0, '0.9' 1.0, '0.99' 2.0, '0.999' 3.0)"));
}

TEST(AxisScaleTest, OfVeryManyValuesSomeAreNamed) {
  std::vector<double> numbers;
  for (int i = 0; i < 60; ++i) numbers.push_back(100 + i);
  const AxisScale scale = MakeAxisScale(Numbers(numbers));
  EXPECT_TRUE(scale.numeric);
  const std::string script = MakeTicks(scale, 1.4).script;
  EXPECT_THAT(script, HasSubstr("('100' 100.0, '' 101.0"));
  EXPECT_THAT(script, HasSubstr("'' 159.0)"));
}

TEST(AxisScaleTest, NumbersOfResultsHaveEqualDecimals) {
  EXPECT_THAT(ValueTicks({false, 0.4, 1.1}),
              HasSubstr("set format y '%.1f'\nset yrange [0.4:1.1]\nset "
                        "ytics 0.2\n"));
  EXPECT_THAT(ValueTicks({false, 0.951, 0.983}, 'x'),
              HasSubstr("set format x '%.2f'"));
  EXPECT_THAT(ValueTicks({true, 0.1, 100}), HasSubstr("'10^{%L}'"));
  EXPECT_GT(ValueTicksWidth({false, -0.983, -0.951}),
            ValueTicksWidth({false, 0.951, 0.983}));
}

TEST(AxisScaleTest, RangesOfResultsHaveMargins) {
  // By hand: 6 % of 10 on each side.
  const ValueRange range = MakeValueRange({10, std::nan(""), 0}, false);
  EXPECT_DOUBLE_EQ(range.low, -0.6);
  EXPECT_DOUBLE_EQ(range.high, 10.6);
  const ValueRange equal = MakeValueRange({0.5, 0.5}, false);
  EXPECT_LT(equal.low, 0.5);
  EXPECT_GT(equal.high, 0.5);
  const ValueRange none = MakeValueRange({}, true);
  EXPECT_LT(none.low, none.high);
}

TEST(AxisScaleTest, ResultsOverDecadesAreLogarithmicIfAllowed) {
  EXPECT_TRUE(MakeValueRange({0.01, 1}, true).log);
  EXPECT_FALSE(MakeValueRange({0.01, 1}, false).log);
  EXPECT_FALSE(MakeValueRange({0.1, 1}, true).log);
  EXPECT_FALSE(MakeValueRange({0, 0.01, 1}, true).log);
}

// Ends may be so far apart that neither their ratio nor their difference is a
// double, and so near the limits that nothing is beyond.
TEST(AxisScaleTest, AnyFiniteNumbersHaveAFiniteRange) {
  constexpr double kMost = std::numeric_limits<double>::max();
  constexpr double kLeast = std::numeric_limits<double>::denorm_min();
  for (const std::vector<double>& numbers :
       {std::vector<double>{1e-300, 0.1, 1e300},
        {kLeast, kMost},
        {0, kLeast, kMost},
        {-kMost, 0, kMost},
        {kMost},
        {-kMost},
        {kLeast},
        {kLeast, 2 * kLeast},
        {1e-310, 1e-309},
        {0, kLeast}}) {
    const AxisScale scale = MakeAxisScale(Numbers(numbers));
    const ValueRange range = MakeValueRange(numbers, /*may_be_log=*/true);
    for (const auto& [log, low, high] :
         {std::tuple(scale.log, scale.low, scale.high),
          {range.log, range.low, range.high}}) {
      EXPECT_LT(low, high) << numbers[0];
      EXPECT_TRUE(std::isfinite(low) && std::isfinite(high)) << numbers[0];
      EXPECT_TRUE(!log || low > 0) << numbers[0];
    }
    for (const double position : scale.positions) {
      EXPECT_GE(position, scale.low);
      EXPECT_LE(position, scale.high);
    }
  }
  // By hand: 6 % of 600 decades on each side, as far as there are doubles.
  const AxisScale wide = MakeAxisScale(Numbers({1e-150, 1e150}));
  EXPECT_TRUE(wide.log);
  EXPECT_NEAR(std::log10(wide.low), -168, 1e-9);
  EXPECT_NEAR(std::log10(wide.high), 168, 1e-9);
  EXPECT_EQ(MakeAxisScale(Numbers({1e-320, 2e-308})).labels,
            (std::vector<std::string>{"1e-320", "2e-308"}));
}

TEST(AxisScaleTest, RangesAreLeftAsTheyWere) {
  // By hand, in the order of operations that figures were made with so far.
  EXPECT_EQ(MakeAxisScale(Numbers({0.003, 1})).low,
            0.003 / std::pow(1 / 0.003, 0.06));
  EXPECT_EQ(MakeAxisScale(Numbers({0.1, 0.7})).high, 0.7 + (0.7 - 0.1) * 0.06);
  EXPECT_EQ(MakeValueRange({0.1, 0.7}, false).low, 0.1 - (0.7 - 0.1) * 0.06);
}

}  // namespace
}  // namespace bigstep
