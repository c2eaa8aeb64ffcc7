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

TEST(PlotPageTest, KeysWrapAtThePagesEdge) {
  const KeyEntry entry = {"a name of some length", "#000000", 7};
  const Key one = MakeKey({entry}, 3.4, 2, 0);
  const Key three = MakeKey({entry, entry, entry}, 3.4, 2, 0);
  EXPECT_GT(one.height, 0);
  EXPECT_DOUBLE_EQ(three.height, 2 * one.height);
  EXPECT_EQ(MakeKey({}, 3.4, 2, 0).height, 0);
}

TEST(PlotPageTest, LongTitlesBreakAtTheColon) {
  EXPECT_THAT(PanelTitle("loss: a_b", 0.1, 1),
              HasSubstr("'loss:'.\"\\n\".'a\\_b'"));
  EXPECT_THAT(PanelTitle("loss: a_b", 9, 1), HasSubstr("'loss: a\\_b'"));
}

}  // namespace
}  // namespace bigstep
