#include "base/terminal_text.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

// Encodings by Python: 'x'.encode().
TEST(TerminalTextTest, TextThatCanBeSeenStays) {
  for (const char* const text :
       {"", "lr=0.1 <b>", "\xC3\xA9\xCE\xB7",  // e with acute, eta
        "\xE6\xBC\xA2\xE5\xAD\x97",            // Han
        "\xF0\x9F\x98\x80"}) {                 // U+1F600
    EXPECT_EQ(VisibleText(text), text);
  }
}

TEST(TerminalTextTest, ControlCharactersAreSpelledOut) {
  EXPECT_EQ(VisibleText("\x1b[2J\x1b]0;mine\a"),
            "<U+001B>[2J<U+001B>]0;mine<U+0007>");
  EXPECT_EQ(VisibleText("a\r\n\tb\x7f"), "a<U+000D><U+000A><U+0009>b<U+007F>");
  EXPECT_EQ(VisibleText(absl::string_view("a\0b", 3)), "a<U+0000>b");
  EXPECT_EQ(VisibleText("\xC2\x9B"
                        "2J"),
            "<U+009B>2J");  // C1: CSI
}

TEST(TerminalTextTest, OddSpacesAndCharactersWithoutWidthAreSpelledOut) {
  EXPECT_EQ(VisibleText("\xC2\xA0lr"), "<U+00A0>lr");
  EXPECT_EQ(VisibleText("0.1\xE2\x80\x8B"), "0.1<U+200B>");
  EXPECT_EQ(VisibleText("\xEF\xBB\xBFmetrics"), "<U+FEFF>metrics");
  EXPECT_EQ(VisibleText("\xE2\x80\xA8\xE3\x80\x80"), "<U+2028><U+3000>");
  EXPECT_EQ(VisibleText("\xF3\xA0\x81\x81"), "<U+E0041>");  // A tag.
}

TEST(TerminalTextTest, MarksOfDirectionAreSpelledOut) {
  EXPECT_EQ(VisibleText("\xE2\x80\xAEgnp.exe"), "<U+202E>gnp.exe");
  EXPECT_EQ(VisibleText("\xE2\x81\xA6"), "<U+2066>");
}

TEST(TerminalTextTest, BytesThatAreNotUtf8AreSpelledOut) {
  EXPECT_EQ(VisibleText("\x9b"
                        "2J"),
            "<0x9B>2J");
  EXPECT_EQ(VisibleText("\xC3"), "<0xC3>");  // Cut.
  EXPECT_EQ(VisibleText("\xC3(\xFF"), "<0xC3>(<0xFF>");
  EXPECT_EQ(VisibleText("\xC0\x9B"), "<0xC0><0x9B>");  // Overlong.
  EXPECT_EQ(VisibleText("\xE0\x82\x9B"), "<0xE0><0x82><0x9B>");
  EXPECT_EQ(VisibleText("\xED\xA0\x80"), "<0xED><0xA0><0x80>");  // Surrogate.
  EXPECT_EQ(VisibleText("\xF4\x90\x80\x80"),  // Above U+10FFFF.
            "<0xF4><0x90><0x80><0x80>");
}

// Whatever the bytes, no control character is left.
TEST(TerminalTextTest, NoPairOfBytesBringsAControlCharacter) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string pair = {static_cast<char>(first),
                                static_cast<char>(second)};
      for (const char c : VisibleText(pair)) {
        const auto byte = static_cast<unsigned char>(c);
        ASSERT_TRUE(byte >= 0x20 && byte != 0x7f) << first << " " << second;
      }
    }
  }
}

TEST(TerminalTextTest, LinesOfAMessageStay) {
  EXPECT_EQ(VisibleLines("one\n\x1b[2Jtwo\n"), "one\n<U+001B>[2Jtwo\n");
}

TEST(TerminalTextTest, WidthCountsCharacters) {
  EXPECT_EQ(TerminalWidth(""), 0u);
  EXPECT_EQ(TerminalWidth("0.5 ± 0.1"), 9u);
}

TEST(TerminalTextTest, TextIsCutAndPaddedByCharacters) {
  EXPECT_EQ(CutToWidth("a ± b", 5), "a ± b");
  EXPECT_EQ(CutToWidth("a ± b", 4), "a ±…");
  EXPECT_EQ(CutToWidth("a ± b", 1), "…");
  EXPECT_EQ(PadToWidth("±", 3), "±  ");
  EXPECT_EQ(PadToWidth("±", 3, /*at_end=*/false), "  ±");
  EXPECT_EQ(PadToWidth("abcd", 3), "abcd");
}

TEST(TerminalTextTest, WordsAreWrapped) {
  using ::testing::ElementsAre;
  EXPECT_THAT(WrapWords("", 5), ElementsAre(""));
  EXPECT_THAT(WrapWords("ab cd  ef", 5), ElementsAre("ab cd", "ef"));
  EXPECT_THAT(WrapWords("ab ±± ef", 5), ElementsAre("ab ±±", "ef"));
  EXPECT_THAT(WrapWords("a abcdefg b", 5), ElementsAre("a", "abcdefg", "b"));
}

}  // namespace
}  // namespace bigstep
