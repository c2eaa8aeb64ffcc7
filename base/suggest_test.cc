#include "base/suggest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SuggestTest, DistancesAreThoseCountedByHand) {
  struct Case {
    std::string a, b;
    int distance;  // By hand, except where a textbook is named.
  };
  const std::vector<Case> cases = {
      {"", "", 0},
      {"", "abc", 3},
      {"rho", "rho", 0},
      {"rh", "rho", 1},          // Insert o.
      {"rhoo", "rho", 1},        // Delete o.
      {"rha", "rho", 1},         // Replace a by o.
      {"Rho", "rho", 1},         // Upper and lower case differ.
      {"abcd", "badc", 2},       // Two swaps.
      {"lr", "rho", 3},          // Replace l, replace r, insert.
      {"kitten", "sitting", 3},  // The textbook pair of Levenshtein's distance.
      // Swapping and then inserting between the two costs 2 in the unrestricted
      // form; the optimal string alignment edits no substring twice.
      {"ca", "abc", 3},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(EditDistance(c.a, c.b), c.distance) << c.a << " -> " << c.b;
    EXPECT_EQ(EditDistance(c.b, c.a), c.distance) << c.b << " -> " << c.a;
  }
}

TEST(SuggestTest, SwappedNeighboursCostOne) {
  EXPECT_EQ(EditDistance("roh", "rho"), 1);
  EXPECT_EQ(EditDistance("ab", "ba"), 1);
  // Two characters between: replacing both is the shortest way.
  EXPECT_EQ(EditDistance("axb", "bxa"), 2);
}

TEST(SuggestTest, MistypedOptionsFindTheirOption) {
  const std::vector<std::string> known = {"adaptive", "lr", "rho"};
  EXPECT_THAT(NearestWords("roh", known), ElementsAre("rho"));
  EXPECT_THAT(NearestWords("lr_", known), ElementsAre("lr"));
  EXPECT_THAT(NearestWords("Rho", known), ElementsAre("rho"));
  EXPECT_THAT(NearestWords("adaptiv", known), ElementsAre("adaptive"));
  EXPECT_THAT(NearestWords("xyz", known), IsEmpty());
  EXPECT_THAT(NearestWords("rho", {}), IsEmpty());
}

TEST(SuggestTest, TiesAreListedInTheOrderGiven) {
  EXPECT_THAT(NearestWords("l3", {"l1", "l2"}), ElementsAre("l1", "l2"));
  EXPECT_THAT(NearestWords("l3", {"l2", "sgd", "l1"}), ElementsAre("l2", "l1"));
}

TEST(SuggestTest, NearerWordsReplaceFartherOnes) {
  // Distances 2, 1 and 2.
  EXPECT_THAT(NearestWords("rhoo", {"rh", "rho", "ho"}), ElementsAre("rho"));
  // A word that is known has distance 0.
  EXPECT_THAT(NearestWords("l1", {"l1", "l2"}), ElementsAre("l1"));
}

TEST(SuggestTest, CutoffGrowsWithTheWordUpToThree) {
  struct Case {
    std::string word, candidate;
    bool suggested;  // distance <= min(len / 2 + 1, 3), by hand.
  };
  const std::vector<Case> cases = {
      {"", "a", true},                 // 1 <= 1
      {"", "ab", false},               // 2 > 1
      {"a", "b", true},                // 1 <= 1
      {"a", "bc", false},              // 2 > 1
      {"ab", "cd", true},              // 2 <= 2
      {"ab", "cde", false},            // 3 > 2
      {"abc", "ade", true},            // 2 <= 2
      {"abc", "def", false},           // 3 > 2
      {"abcd", "aefg", true},          // 3 <= 3
      {"abcd", "efgh", false},         // 4 > 3
      {"abcdefgh", "abcdexyz", true},  // 3 <= 3
      {"abcdefgh", "abcdwxyz", false}  // 4 > 3, not 4 <= 8 / 2 + 1
  };
  for (const Case& c : cases) {
    EXPECT_EQ(NearestWords(c.word, {c.candidate}).size(), c.suggested ? 1u : 0u)
        << c.word << " -> " << c.candidate;
  }
}

TEST(SuggestTest, QuestionNamesEveryNearestWord) {
  EXPECT_EQ(DidYouMean("xyz", {"lr", "rho"}), "");
  EXPECT_EQ(DidYouMean("roh", {"lr", "rho"}), "; did you mean 'rho'?");
  EXPECT_EQ(DidYouMean("l3", {"l1", "l2"}), "; did you mean 'l1' or 'l2'?");
  EXPECT_EQ(DidYouMean("l", {"l1", "l2", "la"}),
            "; did you mean 'l1' or 'l2' or 'la'?");
}

TEST(SuggestTest, CharactersThatLookAlikeCountAsThose) {
  EXPECT_EQ(DidYouMean("\xD1\x95gd", {"momentum", "sgd"}),  // Cyrillic.
            "; did you mean 'sgd'?; character 1 is U+0455, not the ASCII 's'");
  EXPECT_EQ(DidYouMean("lr\xC2\xA0", {"lr", "rho"}),
            "; did you mean 'lr'?; character 3 is U+00A0, a no-break space");
  EXPECT_EQ(DidYouMean("xyz\xE2\x80\x8B", {"momentum"}),
            "; character 4 is U+200B, a zero-width space");
  // Known words of another alphabet: Cyrillic "soft", one letter short.
  EXPECT_EQ(DidYouMean("\xD1\x81\xD0\xBE\xD1\x84",
                       {"\xD1\x81\xD0\xBE\xD1\x84\xD1\x82"}),
            "; did you mean '\xD1\x81\xD0\xBE\xD1\x84\xD1\x82'?");
}

TEST(SuggestTest, WordsOfOtherLibrariesAreKnown) {
  EXPECT_EQ(DidYouMean("learning_rate", {"lr", "momentum"}),
            "; did you mean 'lr'?");
  EXPECT_EQ(DidYouMean("scheduler", {"model", "schedule"}),
            "; did you mean 'schedule'?");
  EXPECT_EQ(DidYouMean("learning_rate", {"rho"}), "");
  EXPECT_EQ(DidYouMean("SGD", {"adam", "sgd"}), "; did you mean 'sgd'?");
  EXPECT_THAT(OptionAdvice("weight_decay"),
              testing::HasSubstr("regularizers: [{name: l2, coefficient"));
  EXPECT_EQ(OptionAdvice("rho"), "");
}

}  // namespace
}  // namespace bigstep
