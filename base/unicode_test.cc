#include "base/unicode.h"

#include <gtest/gtest.h>

#include <string>

namespace bigstep {
namespace {

// Encodings by Python: 'x'.encode().
constexpr char kCyrillicSgd[] = "\xD1\x95gd";
constexpr char kNoBreakLr[] = "\xC2\xA0lr";

TEST(UnicodeTest, KnowsUtf8) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("a\xC3\xA9\xF0\x9F\x98\x80"));
  EXPECT_FALSE(IsUtf8("caf\xE9"));           // Latin-1.
  EXPECT_FALSE(IsUtf8("\xC3"));              // Cut.
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));      // A surrogate.
  EXPECT_FALSE(IsUtf8("\xF4\x90\x80\x80"));  // Above U+10FFFF.
}

TEST(UnicodeTest, FoldsWhatLooksLikeAscii) {
  EXPECT_EQ(FoldToAscii("lr x l2"), "lr x l2");
  EXPECT_EQ(FoldToAscii(kCyrillicSgd), "sgd");
  EXPECT_EQ(FoldToAscii(kNoBreakLr), "lr");
  EXPECT_EQ(FoldToAscii("lr\xE2\x80\x8B"), "lr");            // Zero width.
  EXPECT_EQ(FoldToAscii("\xEF\xBC\x91\xE2\x88\x92"), "1-");  // U+FF11 U+2212
  EXPECT_EQ(FoldToAscii("\xC3\xA9\xE9"), "\xC3\xA9\xE9");
}

TEST(UnicodeTest, TheFirstOddCharacterIsNamed) {
  EXPECT_EQ(OddCharacterHint("sgd"), "");
  EXPECT_EQ(OddCharacterHint("\xC3\xA9t\xC3\xA9"), "");  // Seen as it is.
  EXPECT_EQ(OddCharacterHint(kCyrillicSgd),
            "; character 1 is U+0455, not the ASCII 's'");
  EXPECT_EQ(OddCharacterHint(kNoBreakLr),
            "; character 1 is U+00A0, a no-break space");
  EXPECT_EQ(OddCharacterHint("0.1\xE2\x80\x8B"),
            "; character 4 is U+200B, a zero-width space");
  EXPECT_EQ(OddCharacterHint("\xC3\xA9\xEF\xBB\xBF"),
            "; character 2 is U+FEFF, a byte-order mark");
  EXPECT_EQ(OddCharacterHint("a\tb"), "; character 2 is U+0009, a tab");
  EXPECT_EQ(OddCharacterHint("\xE2\x80\xAE"),
            "; character 1 is U+202E, which cannot be seen");
}

}  // namespace
}  // namespace bigstep
