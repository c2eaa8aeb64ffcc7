#include "experiments/report/figures/plot_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bigstep {
namespace {

using ::testing::HasSubstr;

TEST(PlotPageTest, PanelsFillThePageWithoutOverlap) {
  for (size_t count = 1; count <= 13; ++count) {
    const Page page = MakePage(count, {});
    ASSERT_EQ(page.panels.size(), count);
    EXPECT_LE(page.width, kTwoColumns);
    for (size_t i = 0; i < count; ++i) {
      const Panel& panel = page.panels[i];
      // The same on all pages.
      EXPECT_EQ(panel.width, PageShape().panel_width);
      EXPECT_EQ(panel.height, PageShape().panel_height);
      EXPECT_GT(panel.bottom, PageShape().ticks) << count;
      EXPECT_LE(panel.bottom + panel.height, page.height) << count;
      EXPECT_LE(panel.left + panel.width, page.width) << count;
      if (page.IsLeft(i)) continue;
      const Panel& before = page.panels[i - 1];
      EXPECT_GT(panel.left, before.left + before.width) << count;
    }
  }
}

TEST(PlotPageTest, KeysWrapAtThePagesEdge) {
  const KeyEntry entry = {"a name of some length", "#000000", 7};
  const Key one = MakeKey({entry}, 3.4, 2, 0);
  const Key three = MakeKey({entry, entry, entry}, 3.4, 2, 0);
  EXPECT_GT(one.height, 0);
  EXPECT_DOUBLE_EQ(three.height, 2 * one.height);
  EXPECT_EQ(MakeKey({}, 3.4, 2, 0).height, 0);
}

TEST(PlotPageTest, LongTitlesHaveTwoLines) {
  EXPECT_THAT(PanelTitle("loss of a_b", 0.1, 1),
              HasSubstr("'loss'.\"\\n\".'of a\\_b'"));
  EXPECT_THAT(PanelTitle("loss of a_b", 9, 1), HasSubstr("'loss of a\\_b'"));
  EXPECT_GT(LeftOf("two words", 0.1, 0.3), LeftOf("two words", 9, 0.3));
}

}  // namespace
}  // namespace bigstep
