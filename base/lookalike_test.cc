#include "base/lookalike.h"

#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(LookKeyTest, AccentsMayBeCharactersOfTheirOwn) {
  // By Python: unicodedata.normalize('NFD', 'café'), and so on.
  EXPECT_EQ(LookKey("caf\u00e9"), "cafe\u0301");
  EXPECT_EQ(LookKey("cafe\u0301"), "cafe\u0301");
  EXPECT_EQ(LookKey("\u1ebf"), "e\u0302\u0301");
  EXPECT_EQ(LookKey("\u00ea\u0301"), "e\u0302\u0301");
  EXPECT_EQ(LookKey("e\u0302\u0323"), "e\u0323\u0302");
  EXPECT_EQ(LookKey("\u0439"), LookKey("\u0438\u0306"));
  EXPECT_EQ(LookKey("\uac00"), "\u1100\u1161");
  EXPECT_NE(LookKey("cafe"), LookKey("caf\u00e9"));
}

TEST(LookKeyTest, BlanksAndAlphabetsCannotBeSeen) {
  EXPECT_EQ(LookKey(" cat\t"), "cat");
  EXPECT_EQ(LookKey("c\u0430t"), "cat");
  EXPECT_EQ(LookKey("cat\u00ad"), "cat");
  EXPECT_NE(LookKey("a cat"), LookKey("acat"));
  EXPECT_NE(LookKey("Cat"), LookKey("cat"));
  EXPECT_EQ(LookKey(""), "");
  EXPECT_EQ(LookKey("\xe9"), "\xe9");  // Not UTF-8.
}

TEST(FindMixedAlphabetsTest, ALetterOfAnotherAlphabetInAWordIsFound) {
  const auto odd = FindMixedAlphabets("a c\u0430t");
  ASSERT_TRUE(odd.has_value());
  EXPECT_EQ(odd->position, 4u);
  EXPECT_EQ(odd->Describe(), "U+0430, not the ASCII 'a'");
  EXPECT_TRUE(FindMixedAlphabets("\u0430bc").has_value());
}

TEST(FindMixedAlphabetsTest, WordsOfOneAlphabetAreFine) {
  for (const char* const text :
       {"", "cat", "caf\u00e9", "\u043a\u043e\u0442", "TNF-\u03b1",
        "\u03b2-catenin", "cat \u043a\u043e\u0442", "\u03c3x"}) {
    EXPECT_FALSE(FindMixedAlphabets(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace bigstep
