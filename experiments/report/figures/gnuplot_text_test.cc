#include "experiments/report/figures/gnuplot_text.h"

#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(GnuplotTextTest, TextIsNoMarkupAndNoCommand) {
  EXPECT_EQ(PlotText("batch_size"), "'batch\\_size'");
  EXPECT_EQ(PlotText("it's {x^2}\n`ls` \\"), "'it''s (x\\^2) `ls` \\\\'");
}

TEST(GnuplotTextTest, WordsEqualTheirFieldsAndAreNoCommands) {
  EXPECT_EQ(PlotWord("batch_size"), "'batch_size'");
  // The field of it is: a' eq 'b.
  EXPECT_EQ(PlotWord("a' eq \"b\n"), "'a'' eq ''b '");
  EXPECT_EQ(DataField("a' eq \"b\n"), "a' eq 'b ");
}

TEST(GnuplotTextTest, FilesHavePlainNames) {
  EXPECT_EQ(FileStem("accuracy.unbiased_test"), "accuracy-unbiased_test");
  EXPECT_EQ(FileStem("../a'b"), "---a-b");
}

TEST(GnuplotTextTest, LettersAreNotCutInHalf) {
  EXPECT_EQ(Letters("λr"), 2u);
  EXPECT_EQ(Shortened("λλλ", 3), "λλλ");
  EXPECT_EQ(Shortened("λλλλ", 3), "λλ…");
}

TEST(GnuplotTextTest, FieldsOfDataStayOnTheirLine) {
  EXPECT_EQ(DataField("a, \"b\"\nc"), "\"a, 'b' c\"");
  EXPECT_EQ(DataField("0.1"), "0.1");
}

}  // namespace
}  // namespace bigstep
