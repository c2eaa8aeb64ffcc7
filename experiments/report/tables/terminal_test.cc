#include "experiments/report/tables/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/terminal_text.h"
#include "base/testing.h"
#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(TerminalTest, ColumnsAreAlignedUnderWrappedTitles) {
  Table table;
  table.columns = {
      {.title = "setting", .is_text = true},
      {.title = "accuracy of the worst group", .direction = Direction::kHigher},
      {.title = "size"}};
  table.rows = {{{{"lr=0.1"}, {"0.5 ± 0.1"}, {"9.5"}}, true},
                {{{"lr=1"}, {"0.75 ± 0.05"}, {"120"}}},
                {{{"l2 [strong]"}, {"-"}, {"7"}}, true}};
  std::vector<std::string> left_out = {"before"};
  EXPECT_EQ(ToTerminal(table, 80, &left_out),
            "             accuracy of the\n"
            "setting      worst group ↑    size\n"
            "\n"
            "lr=0.1       0.5 ± 0.1          9.5\n"
            "lr=1         0.75 ± 0.05      120\n"
            "\n"
            "l2 [strong]  -                  7\n");
  EXPECT_THAT(left_out, IsEmpty());
  // 11 + 2 + 15 columns.
  EXPECT_THAT(ToTerminal(table, 28, &left_out),
              HasSubstr("lr=0.1       0.5 ± 0.1\n"));
  EXPECT_THAT(left_out, ElementsAre("size"));
}

TEST(TerminalTest, LongAndInvisibleTextsAreMadeHarmless) {
  Table table;
  table.columns = {{.title = "setting", .is_text = true}};
  table.rows = {{{{"note=\x1b[2J" + std::string(60, 'x')}}}};
  std::vector<std::string> left_out;
  EXPECT_EQ(ToTerminal(table, 80, &left_out),
            "setting\nnote=<U+001B>[…" + std::string(25, 'x') + "\n");
}

TEST(TerminalTest, AStudyFitsAHundredColumns) {
  const Analysis analysis = MixedStudy().Analyzed();
  const std::string text = ToTerminal(analysis);
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(text, '\n'))) {
    EXPECT_LE(TerminalWidth(line), kTerminalWidth) << line;
  }
  EXPECT_THAT(text, HasSubstr("tiny: Does it run?\n"));
  EXPECT_THAT(text, HasSubstr("momentum=0.9"));
  EXPECT_THAT(text, HasSubstr("Mean ± standard deviation"));
}

TEST(TerminalTest, WithManyResultsTheOnesThatAnswerComeFirst) {
  Analysis analysis = MixedStudy().Analyzed();
  const Column column = analysis.study.columns[0];
  // Fifteen columns before the headline.
  for (ConfigurationResults& results : analysis.configurations) {
    results.values.assign(17, results.values[0]);
  }
  analysis.study.columns.clear();
  for (int i = 0; i < 15; ++i) {
    analysis.study.columns.push_back(column);
    analysis.study.columns.back().result.title = absl::StrCat("other ", i);
    analysis.study.columns.back().result.name = absl::StrCat("other_", i);
  }
  for (const auto& [name, title] : {std::pair("unbiased_test", "headline 1"),
                                    {"worst_group_test", "headline 2"}}) {
    Column headline = column;
    headline.metric = "accuracy";
    headline.result.name = name;
    headline.result.title = title;
    analysis.study.columns.push_back(headline);
  }
  const std::string text = ToTerminal(analysis);
  const size_t first = text.find("headline 1"),
               second = text.find("headline 2");
  EXPECT_NE(first, std::string::npos) << text;
  EXPECT_LT(first, second) << text;
  EXPECT_LT(second, text.find("other 0")) << text;
  EXPECT_THAT(text, HasSubstr("; in table.md only: "));
}

}  // namespace
}  // namespace bigstep
