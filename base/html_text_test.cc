#include "base/html_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(HtmlTextTest, NothingInATextIsMarkup) {
  EXPECT_EQ(EscapeHtml("<script>\"a\" & 'b'</script>"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;");
  EXPECT_EQ(EscapeHtml("ρ ± 1"), "ρ ± 1");
}

TEST(HtmlTextTest, ControlCharactersAreSpelledOut) {
  EXPECT_EQ(EscapeHtml(std::string("a\0b\x1B[1mc\td\ne\x7F", 13)),
            "a&lt;U+0000&gt;b&lt;U+001B&gt;[1mc d\ne&lt;U+007F&gt;");
  EXPECT_EQ(EscapeHtml("\xE2\x80\xAE\xFF"), "&lt;U+202E&gt;&lt;0xFF&gt;");
}

TEST(HtmlTextTest, SentencesHaveMinuses) {
  EXPECT_EQ(SentenceHtml("-0.18 [-0.31, +0.05] (-1), x=-2 & <b>"),
            "−0.18 [−0.31, +0.05] (−1), x=−2 &amp; &lt;b&gt;");
  EXPECT_EQ(SentenceHtml("1e-4 in-domain 2020-10-11 --seed - -"),
            "1e-4 in-domain 2020-10-11 --seed - -");
}

TEST(HtmlTextTest, NothingInJsonEndsTheScript) {
  const Json json = {"</script><!-- & --> \xE2\x80\xA8", 1};
  const std::string text = ScriptJson(json);
  EXPECT_EQ(
      text,
      "[\"\\u003c/script\\u003e\\u003c!-- \\u0026 --\\u003e \\u2028\",1]");
  EXPECT_EQ(Json::parse(text), json);
}

}  // namespace
}  // namespace bigstep
