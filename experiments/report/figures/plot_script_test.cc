#include "experiments/report/figures/plot_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

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

TEST(PlotScriptTest, TextIsNoMarkupAndNoCommand) {
  EXPECT_EQ(PlotText("batch_size"), "'batch\\_size'");
  EXPECT_EQ(PlotText("it's {x^2}\n`ls` \\"), "'it''s (x\\^2) `ls` \\\\'");
}

TEST(PlotScriptTest, WordsEqualTheirFieldsAndAreNoCommands) {
  EXPECT_EQ(PlotWord("batch_size"), "'batch_size'");
  // The field of it is: a' eq 'b.
  EXPECT_EQ(PlotWord("a' eq \"b\n"), "'a'' eq ''b '");
  EXPECT_EQ(DataField("a' eq \"b\n"), "a' eq 'b ");
}

TEST(PlotScriptTest, FilesHavePlainNames) {
  EXPECT_EQ(FileStem("accuracy.unbiased_test"), "accuracy-unbiased_test");
  EXPECT_EQ(FileStem("../a'b"), "---a-b");
}

TEST(PlotScriptTest, LettersAreNotCutInHalf) {
  EXPECT_EQ(Letters("λr"), 2u);
  EXPECT_EQ(Shortened("λλλ", 3), "λλλ");
  EXPECT_EQ(Shortened("λλλλ", 3), "λλ…");
}

TEST(PlotScriptTest, FieldsOfDataStayOnTheirLine) {
  EXPECT_EQ(DataField("a, \"b\"\nc"), "\"a, 'b' c\"");
  EXPECT_EQ(DataField("0.1"), "0.1");
  EXPECT_EQ(PlotNumber(std::nan("")), "");
  EXPECT_EQ(PlotNumber(0.1), "0.1");
}

TEST(PlotScriptTest, ColumnsGetPlainNames) {
  EXPECT_EQ(PlainName("core_utilization.by_class"),
            "core utilization: by class");
}

TEST(PlotScriptTest, ValuesOverADecadeAreLogarithmic) {
  EXPECT_TRUE(MakeAxisScale(Numbers({0.01, 1})).log);
  EXPECT_FALSE(MakeAxisScale(Numbers({0.1, 1})).log);
  EXPECT_FALSE(MakeAxisScale(Numbers({-1, 0.01, 1})).log);
}

TEST(PlotScriptTest, ZeroStandsLeftOfALogarithmicScale) {
  const AxisScale scale = MakeAxisScale(Numbers({0, 1e-4, 1e-2}));
  EXPECT_TRUE(scale.log);
  EXPECT_DOUBLE_EQ(scale.positions[0], 1e-4 / std::sqrt(10.0));
  EXPECT_EQ(scale.labels,
            (std::vector<std::string>{"'0'", "'10^{-4}'", "'0.01'"}));
  EXPECT_LT(scale.low, scale.positions[0]);
}

TEST(PlotScriptTest, WordsStandSideBySide) {
  const AxisScale scale =
      MakeAxisScale({{"opt", "sgd", std::nullopt}, {"opt", "50%", 0.5}});
  EXPECT_FALSE(scale.numeric);
  EXPECT_EQ(scale.positions, (std::vector<double>{0, 1}));
  // gnuplot reads % in labels of ticks as a format.
  EXPECT_THAT(AxisTicks(scale, 3), HasSubstr("('sgd' 0.0, '50%%' 1.0)"));
}

TEST(PlotScriptTest, LongWordsAreShortened) {
  // By hand: half of 1 inch, less the margins, is 0.556; a letter is 0.056:
  // room for 9, of which one stays free.
  const AxisScale scale = MakeAxisScale(
      {{"opt", "größtes momentum", std::nullopt}, {"opt", "sgd", {}}});
  EXPECT_THAT(AxisTicks(scale, 1), HasSubstr("('größtes…' 0.0, 'sgd' 1.0)"));
}

TEST(PlotScriptTest, OneValueHasARangeToo) {
  for (const double value : {0.0, 3.0, -2.0}) {
    const AxisScale scale = MakeAxisScale(Numbers({value}));
    EXPECT_LT(scale.low, value);
    EXPECT_GT(scale.high, value);
  }
}

TEST(PlotScriptTest, LabelsThatWouldOverlapAreLeftOut) {
  const AxisScale scale = MakeAxisScale(Numbers({0.5, 0.9, 0.99}));
  EXPECT_THAT(AxisTicks(scale, 1.4), HasSubstr("'' 0.9, '0.99' 0.99"));
  EXPECT_THAT(AxisTicks(scale, 14), HasSubstr("'0.9' 0.9, '0.99' 0.99"));
}

TEST(PlotScriptTest, RangesOfResultsHaveMargins) {
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

TEST(PlotScriptTest, ResultsOverDecadesAreLogarithmicIfAllowed) {
  EXPECT_TRUE(MakeValueRange({0.01, 1}, true).log);
  EXPECT_FALSE(MakeValueRange({0.01, 1}, false).log);
  EXPECT_FALSE(MakeValueRange({0.1, 1}, true).log);
  EXPECT_FALSE(MakeValueRange({0, 0.01, 1}, true).log);
}

TEST(PlotScriptTest, PanelsFillThePageWithoutOverlap) {
  for (size_t count = 1; count <= 13; ++count) {
    const Page page = MakePage(count, {});
    ASSERT_EQ(page.panels.size(), count);
    EXPECT_EQ(page.width, count <= 2 ? kOneColumn : kTwoColumns);
    for (size_t i = 0; i < count; ++i) {
      const Panel& panel = page.panels[i];
      EXPECT_GT(panel.width, 0.8) << count;
      EXPECT_GT(panel.bottom, 0) << count;
      EXPECT_LE(panel.bottom + panel.height, page.height) << count;
      EXPECT_LE(panel.left + panel.width, page.width) << count;
      if (page.IsLeft(i)) continue;
      const Panel& before = page.panels[i - 1];
      EXPECT_GT(panel.left, before.left + before.width) << count;
    }
  }
}

TEST(PlotScriptTest, KeysWrapAtThePagesEdge) {
  const KeyEntry entry = {"a name of some length", "#000000", 7};
  const Key one = MakeKey({entry}, 3.4, 2, 0);
  const Key three = MakeKey({entry, entry, entry}, 3.4, 2, 0);
  EXPECT_GT(one.height, 0);
  EXPECT_DOUBLE_EQ(three.height, 2 * one.height);
  EXPECT_EQ(MakeKey({}, 3.4, 2, 0).height, 0);
}

TEST(PlotScriptTest, LongTitlesBreakAtTheColon) {
  EXPECT_THAT(PanelTitle("loss: a_b", 0.1, 1),
              HasSubstr("'loss:'.\"\\n\".'a\\_b'"));
  EXPECT_THAT(PanelTitle("loss: a_b", 9, 1), HasSubstr("'loss: a\\_b'"));
}

TEST(PlotScriptTest, ColoursOfAScaleGoFromDarkToLight) {
  // The ends of matplotlib's viridis.
  EXPECT_EQ(ScaleColor(0), "#440154");
  EXPECT_EQ(ScaleColor(1), "#FDE725");
  EXPECT_EQ(ScaleColor(2), ScaleColor(1));
}

}  // namespace
}  // namespace bigstep
