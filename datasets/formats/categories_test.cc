#include "datasets/formats/categories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

CsvColumn Column(std::vector<std::string> values) {
  CsvColumn column = {"label", std::move(values), {}, "t.csv"};
  for (size_t i = 0; i < column.values.size(); ++i) {
    column.lines.push_back(static_cast<int64_t>(i) + 2);
  }
  return column;
}

Categories Read(std::vector<std::string> values) {
  const auto categories = ReadCategories(Column(std::move(values)), "a label");
  EXPECT_OK(categories);
  return categories.value_or(Categories());
}

std::string Error(std::vector<std::string> values) {
  const absl::Status status =
      ReadCategories(Column(std::move(values)), "a label").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  return std::string(status.message());
}

// By hand, as all numbers below.
TEST(CategoryNameTest, NumbersHaveOneName) {
  for (const auto& [value, name] :
       std::vector<std::pair<std::string, std::string>>{
           {"2", "2"},
           {"2.0", "2"},
           {"02", "2"},
           {"+2", "2"},
           {" 2 ", "2"},
           {"2.", "2"},
           {"2e0", "2"},
           {"20E-1", "2"},
           {".5", "0.5"},
           {"00.50", "0.5"},
           {"-0.0", "0"},
           {"0e9", "0"},
           {"-12.250", "-12.25"},
           {"1e3", "1000"},
           {"1.5e30", "1.5e30"},
           {"1e-9", "1e-9"},
           {"0.00001", "0.00001"},
           // Beyond 2^53 and 2^64, where neighbours are one double.
           {"9007199254740993", "9007199254740993"},
           {"18446744073709551617.0", "18446744073709551617"},
           // No numbers.
           {"1e", "1e"},
           {"1_000", "1_000"},
           {"0x10", "0x10"},
           {"1,5", "1,5"},
           {"1.2.3", "1.2.3"},
           {"--1", "--1"},
           {"nan", "nan"},
           {" sea lion ", "sea lion"}}) {
    EXPECT_EQ(CategoryName(value), name) << value;
  }
}

TEST(CategoriesTest, NumbersAreOrderedBySize) {
  const Categories categories =
      Read({"10", "9", "-1", "1e1", "-1.50", "0.5", "100", "0"});
  EXPECT_THAT(categories.names,
              ElementsAre("-1.5", "-1", "0", "0.5", "9", "10", "100"));
  EXPECT_THAT(categories.positions, ElementsAre(5, 4, 1, 5, 0, 3, 6, 2));
  EXPECT_THAT(categories.Counts(), ElementsAre(1, 1, 1, 1, 1, 2, 1));
}

TEST(CategoriesTest, DecimalsAndIntegersAreOneValue) {
  std::vector<std::string> integers, decimals;
  for (int i = 0; i < 12; ++i) {
    integers.push_back(absl::StrCat(i));
    decimals.push_back(absl::StrCat(i, ".0"));
  }
  EXPECT_EQ(Read(integers).names, Read(decimals).names);
  EXPECT_EQ(Read(integers).positions, Read(decimals).positions);
  EXPECT_THAT(Read(decimals).notes, IsEmpty());
}

TEST(CategoriesTest, NamesAreOrderedByTheirBytes) {
  const Categories categories = Read({"b9", "b10", "B", "ä", "b9"});
  EXPECT_THAT(categories.names, ElementsAre("B", "b10", "b9", "ä"));
  EXPECT_THAT(categories.positions, ElementsAre(2, 1, 0, 3, 2));
  EXPECT_THAT(categories.notes, IsEmpty());
}

TEST(CategoriesTest, SeveralSpellingsOfOneValueAreNoted) {
  EXPECT_THAT(Read({"2", "2.0", "3", "02"}).notes,
              ElementsAre("column 'label': '02', '2', '2.0' read as '2'"));
  EXPECT_THAT(Read({"cat", "cat ", "dog"}).notes,
              ElementsAre("column 'label': 'cat ', 'cat' read as 'cat'"));
  EXPECT_THAT(Read({" cat", " cat"}).notes,
              ElementsAre("column 'label': ' cat' read as 'cat'"));
}

TEST(CategoriesTest, AColumnIsOfNumbersOrOfNames) {
  EXPECT_EQ(Error({"0", "1", "2", "two"}),
            "t.csv:5: column 'label': expected a number as in line 2, found "
            "'two'");
  EXPECT_EQ(Error({"0", "1", "2", "inf"}),
            "t.csv:5: column 'label': expected a number as in line 2, found "
            "'inf'");
  EXPECT_EQ(Error({"cat", "dog", "3", "cat"}),
            "t.csv:4: column 'label': expected a name as in line 2, found '3'");
}

TEST(CategoriesTest, AMissingValueIsNoCategory) {
  for (const char* missing : {"NaN", "nan", "NAN", "-nan", "NA", "N/A", "n/a",
                              "<NA>", "NULL", "null", "None", "#N/A", "NaT"}) {
    const std::string expected = absl::StrCat(
        "t.csv:3: column 'label': expected a label (1 row lacks it; complete "
        "the row or leave it out), found '",
        missing, "'");
    EXPECT_EQ(Error({"0", missing, "1"}), expected);
    EXPECT_EQ(Error({"cat", missing, "dog"}), expected);
  }
  EXPECT_EQ(Error({"0", "", "1"}),
            "t.csv:3: column 'label': expected a label, found ''");
  EXPECT_EQ(Error({"cat", "  ", "dog"}),
            "t.csv:3: column 'label': expected a label, found '  '");
  // Words that people use.
  EXPECT_THAT(Read({"none", "some"}).names, ElementsAre("none", "some"));
}

TEST(CategoriesTest, TwoSpellingsOfOneNameAreRefused) {
  EXPECT_EQ(Error({"cat", "dog", "Cat"}),
            "t.csv:4: column 'label': expected the spelling of line 2, 'cat', "
            "or a name that differs by more than case, blanks and look-alike "
            "characters, found 'Cat'");
  EXPECT_EQ(Error({"sea lion", "dog", "sealion"}),
            "t.csv:4: column 'label': expected the spelling of line 2, 'sea "
            "lion', or a name that differs by more than case, blanks and "
            "look-alike characters, found 'sealion'");
  for (const char* const twin :
       {"cafe\u0301", "c\u0430f\u00e9", "CAFe\u0301"}) {
    EXPECT_THAT(Error({"caf\u00e9", "dog", twin}),
                testing::HasSubstr("t.csv:4: column 'label': expected the "
                                   "spelling of line 2"))
        << twin;
  }
  // Grades, blood groups.
  EXPECT_THAT(Read({"A", "A-", "A+"}).names, ElementsAre("A", "A+", "A-"));
}

TEST(CategoriesTest, ANameOfTwoAlphabetsIsNoted) {
  EXPECT_THAT(
      Read({"c\u0430t", "dog"}).notes,
      ElementsAre("column 'label': 'c\u0430t' mixes alphabets: character "
                  "2 is U+0430, not the ASCII 'a'"));
  EXPECT_THAT(Read({"\u043a\u043e\u0442", "TNF-\u03b1"}).notes, ElementsAre());
}

TEST(CategoriesTest, NamesCanBeSeen) {
  EXPECT_EQ(Error({"cat", "cat\u200b"}),
            "t.csv:3: column 'label': expected a label of visible characters "
            "in UTF-8, found 'cat<U+200B>'");
  EXPECT_EQ(Error({"cat", "\xe4"}),
            "t.csv:3: column 'label': expected a label of visible characters "
            "in UTF-8, found '<0xE4>'");
  EXPECT_EQ(Error({"cat", "a\x1b[2Jb"}),
            "t.csv:3: column 'label': expected a label of visible characters "
            "in UTF-8, found 'a<U+001B>[2Jb'");
  // Emoji and Persian have joiners.
  EXPECT_THAT(Read({"❤️", "می‌شود"}).names, testing::SizeIs(2));
}

}  // namespace
}  // namespace bigstep
