#include "experiments/run/terminal_view.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

TEST(FormatDurationTest, IsShort) {
  // By hand.
  EXPECT_EQ(FormatDuration(0.24), "0.2 s");
  EXPECT_EQ(FormatDuration(9.96), "10 s");
  EXPECT_EQ(FormatDuration(89), "89 s");
  EXPECT_EQ(FormatDuration(187), "3 min");
  EXPECT_EQ(FormatDuration(600), "10 min");
  EXPECT_EQ(FormatDuration(9000), "2.5 h");
  EXPECT_EQ(FormatDuration(864000), "10.0 days");
}

TEST(FirstLineTest, IsOneShortLine) {
  EXPECT_EQ(FirstLine("one\ntwo"), "one");
  EXPECT_EQ(FirstLine(std::string(300, 'x')), std::string(200, 'x'));
  // A character of two bytes, at 199 and 200, is not cut in half.
  EXPECT_EQ(FirstLine(absl::StrCat(std::string(199, 'x'), "\xc3\xa9")),
            std::string(199, 'x'));
}

TEST(TerminalViewTest, TextIsShownAndNotObeyed) {
  std::ostringstream out;
  TerminalView view(out, {ProgressView::Mode::kLive});
  view.Line("a\x1b[2J");
  view.Rewrite({"b\nc"});
  view.Print("d\a\n");
  EXPECT_EQ(out.str(), "a<U+001B>[2J\nb<U+000A>c\n\x1b[1F\x1b[Jd<U+0007>\n");
}

}  // namespace
}  // namespace bigstep
