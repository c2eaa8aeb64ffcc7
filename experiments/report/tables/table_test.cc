#include "experiments/report/tables/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/testing.h"
#include "experiments/report/tables/aligned_numbers.h"
#include "experiments/report/tables/latex_text.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

Table Example() {
  Table table;
  table.columns = {
      {.title = "axis", .is_text = true},
      {.group = "accuracy", .title = "train"},
      {.group = "accuracy", .title = "test", .direction = Direction::kHigher},
      {.group = "size", .title = "bytes", .direction = Direction::kLower}};
  table.rows = {
      {{{"lr"}, {"0.5"}, {.text = "0.9 ± 0.1", .bold = true}, {"-"}}, true},
      {{{"a|b"}, {"1"}, {"-0.5 [-1, +2]"}, {""}}, true}};
  return table;
}

// All that pdflatex must not stumble over.
Table Awkward() {
  Table table = Example();
  std::string ascii;
  for (char c = 1; c < 127; ++c) ascii += c;
  const std::string texts[] = {ascii,
                               "[3, 4]",
                               "*",
                               "\\input{x}",
                               "100 % & more_",
                               "λρηε",
                               "äßé Þ × ² “a” …",
                               "学習率",
                               "\xff broken \xe2\x82",
                               "--x ~/.y ^2"};
  for (const std::string& text : texts) {
    table.rows.push_back(
        {{{text}, {text}, {.text = text, .bold = true}, {text}}});
  }
  return table;
}

TEST(TableTest, MarkdownIsAligned) {
  EXPECT_EQ(ToMarkdown(Example()),
            "| axis | accuracy.train | accuracy.test ↑ | size.bytes ↓ |\n"
            "|------|----------------|-----------------|--------------|\n"
            "| lr   | 0.5            | \u20070.9 ± 0.1      | -            |\n"
            "| a\\|b | 1              | -0.5 \\[-1, +2]  |              |\n");
}

TEST(TableTest, NumbersAreAlignedAtTheirDecimalPoint) {
  EXPECT_EQ(IntegerPart("-12.5 ± 0.1"), 3u);
  EXPECT_EQ(IntegerPart("7"), 1u);
  EXPECT_EQ(IntegerPart("1e-07"), 1u);
  for (const char* text : {"", "-", "undecided", "[-1, +2]", "0123abc"}) {
    EXPECT_EQ(IntegerPart(text), 0u) << text;
  }
  Table table;
  table.columns = {{.title = "axis", .is_text = true}, {.title = "x"}};
  table.rows = {{{{"1"}, {"0.970"}}},
                {{{"12"}, {.text = "12.5", .details = {"-0.1", "-"}}}}};
  const NumberPads pads(table, /*is_short=*/true);
  EXPECT_EQ(pads.Before(1, "0.970"), "\u2007");
  EXPECT_EQ(pads.Before(1, "12.5"), "");
  EXPECT_EQ(pads.Before(1, "-"), "");
  EXPECT_EQ(pads.Before(0, "1"), "");
  const std::string html = ToHtml(table, {.caption = "Two"});
  EXPECT_THAT(html, HasSubstr("<td class=\"number\">\u20070.970</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"number\">12.5<small>\u22120.1"
                              "</small><small>-</small></td>"));
}

TEST(TableTest, LatexHasBooktabsRulesAndGroups) {
  EXPECT_EQ(ToLatex(Example(), {"A & B", "Some notes.", "my study_1"}),
            "% Needs \\usepackage{booktabs}.\n"
            "\\begin{table}\n"
            "\\centering\\footnotesize\\setlength{\\tabcolsep}{3pt}\n"
            "\\setlength{\\belowcaptionskip}{6pt}\n"
            "\\caption{A \\& B}\n"
            "\\label{tab:my-study-1}\n"
            "\\begin{tabular}{lr@{}lr@{}lr@{}l}\n"
            "\\toprule\n"
            "\\multicolumn{1}{c}{} & \\multicolumn{4}{c}{accuracy} & "
            "\\multicolumn{2}{c}{size} \\\\\n"
            "\\cmidrule(lr){2-5}\\cmidrule(lr){6-7}\n"
            "axis & \\multicolumn{2}{c}{train} & \\multicolumn{2}{c}{test "
            "$\\uparrow$} & \\multicolumn{2}{c}{bytes $\\downarrow$} "
            "\\\\\n"
            "\\midrule\n"
            "lr & 0 & .5 & \\textbf{\\boldmath 0} & \\textbf{\\boldmath .9 "
            "$\\pm$ 0.1} & \\multicolumn{2}{c}{--} \\\\\n"
            "\\addlinespace\n"
            "a$|$b & 1 &  & $-$0 & .5 {[}$-$1, +2] & \\multicolumn{2}{c}{} "
            "\\\\\n"
            "\\bottomrule\n"
            "\\end{tabular}\n"
            "\n"
            "\\smallskip\n"
            "\\parbox{\\linewidth}{\\footnotesize\n"
            "Some notes.}\n"
            "\\end{table}\n");
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) {
    ++count;
  }
  return count;
}

TEST(TableTest, ManyRowsRunOverSeveralFloats) {
  Table table = Example();
  while (table.rows.size() < 100) table.rows.push_back(table.rows[0]);
  const std::string latex = ToLatex(table, {"Long", "Notes", "long"});
  // By hand: 100 rows, 46 a page.
  EXPECT_EQ(Count(latex, "\\begin{table}"), 3u);
  EXPECT_EQ(Count(latex, "(continued)}"), 2u);
  EXPECT_EQ(Count(latex, "\\label"), 1u);
  EXPECT_EQ(Count(latex, "lr & 0 & .5"), 99u);
}

TEST(TableTest, ManyResultsStandBelowEachOther) {
  Table table;
  table.columns = {{.title = "axis", .is_text = true}};
  table.rows = {{{{"momentum"}}, true}};
  for (int i = 0; i < 6; ++i) {
    table.columns.push_back({.group = "metric",
                             .title = "x",
                             .direction = Direction::kHigher,
                             .short_title = "unbiased accuracy"});
    table.rows[0].entries.push_back({"0.9000 ± 0.0100"});
  }
  const std::string latex = ToLatex(table, {"Wide", "Notes", "wide"});
  EXPECT_EQ(Count(latex, "\\begin{table*}"), 1u);
  // By hand: 15 letters of 4 points and 6 between columns are 66; with 38 on
  // the left, 4 fit in 345.
  EXPECT_EQ(Count(latex, "\\begin{tabular}{lr@{}lr@{}lr@{}lr@{}l}"), 1u);
  EXPECT_EQ(Count(latex, "\\begin{tabular}{lr@{}lr@{}l}"), 1u);
  EXPECT_THAT(latex, HasSubstr("\\shortstack{unbiased\\\\accuracy "
                               "$\\uparrow$}"));
  EXPECT_THAT(latex, testing::Not(HasSubstr("cmidrule")));
}

TEST(TableTest, LatexEscapesWhatItWouldRun) {
  EXPECT_EQ(
      EscapeLatex("a_b & 5 % of $x #1 {y} ^ ~ \\z"),
      "a\\_b \\& 5 \\% of $\\mathdollar$x \\#1 \\{y\\} \\textasciicircum{} "
      "\\textasciitilde{} \\textbackslash{}z");
  EXPECT_EQ(EscapeLatex("[1] *"), "{[}1] {*}");
  EXPECT_EQ(EscapeLatex("a\nb\tc"), "a b c");
}

TEST(TableTest, LatexTellsMinusFromHyphen) {
  EXPECT_EQ(EscapeLatex("-1"), "$-$1");
  EXPECT_EQ(EscapeLatex("x=-0.5, n - 1"), "x=$-$0.5, n $-$ 1");
  EXPECT_EQ(EscapeLatex("rank-1 1e-05 --x"), "rank{-}1 1e{-}05 {-}{-}x");
  EXPECT_EQ(EscapeLatex("-"), "--");
}

TEST(TableTest, LatexShowsLettersItHasAndNumbersOfOthers) {
  EXPECT_EQ(EscapeLatex("λ ± é"), "$\\lambda$ $\\pm$ é");
  EXPECT_EQ(EscapeLatex("学"), "{[}U+5B66]");
  EXPECT_EQ(EscapeLatex("\xff|\xe2\x82"), "{[}U+FFFD]$|${[}U+FFFD]{[}U+FFFD]");
}

TEST(TableTest, MarkdownEscapesItsMarkup) {
  EXPECT_EQ(EscapeMarkdown("a|b *c* <d> `e` \\f\ng_h"),
            "a\\|b \\*c\\* &lt;d> \\`e\\` \\\\f g_h");
  EXPECT_EQ(EscapeMarkdown("[a](b) &lt; c"), "\\[a](b) &amp;lt; c");
}

TEST(TableTest, MarkdownShowsControlCharacters) {
  EXPECT_EQ(EscapeMarkdown("a\x1b[2J\xC2\x9B\xE2\x80\xAE"),
            "a&lt;U+001B>\\[2J&lt;U+009B>&lt;U+202E>");
}

// The second line of the CSV text of a table of one text.
std::string CsvOf(const std::string& text) {
  Table table;
  table.columns = {{.is_text = true, .csv_titles = {"t"}}};
  table.rows = {{{{text}}}};
  const std::string csv = ToCsv(table);
  return csv.substr(2, csv.size() - 3);
}

TEST(TableTest, CsvQuotesTextAndLeavesNumbers) {
  for (const char* const same :
       {"a b", "it's", "-0.5", "+1e-3", "-", "-inf", "a=b", "0.1"}) {
    EXPECT_EQ(CsvOf(same), same);
  }
  EXPECT_EQ(CsvOf("a,b"), "\"a,b\"");
  EXPECT_EQ(CsvOf("\"a\""), "\"\"\"a\"\"\"");
  EXPECT_EQ(CsvOf("a\nb"), "\"a\nb\"");
}

// What spreadsheets would compute, or send somewhere.
TEST(TableTest, CsvHasNoFormulas) {
  EXPECT_EQ(CsvOf("=1+1"), "'=1+1");
  EXPECT_EQ(CsvOf("+cmd"), "'+cmd");
  EXPECT_EQ(CsvOf("-a"), "'-a");
  EXPECT_EQ(CsvOf("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(CsvOf("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\"");
  EXPECT_EQ(CsvOf("\x1b[2J\r=1"), "<U+001B>[2J<U+000D>=1");
}

TEST(TableTest, LatexCompilesWhateverTheTextIs) {
  if (std::system("command -v pdflatex >/dev/null") != 0) {
    GTEST_SKIP() << "no pdflatex";
  }
  Table many = Awkward();
  while (many.rows.size() < 100) many.rows.push_back(many.rows[0]);
  const std::string folder = MakeTestFolder();
  const LatexFrame frame = {"λ & 学: 5 % [x]", "Notes_ \\x", "a b_c"};
  WriteTestFile(folder + "/doc.tex",
                "\\documentclass{article}\\usepackage{booktabs}"
                "\\begin{document}\n" +
                    ToLatex(Awkward(), frame) + ToLatex(many, frame) +
                    "\\end{document}\n");
  const std::string command =
      "cd '" + folder +
      "' && HOME=. TEXMFVAR=. pdflatex -interaction=nonstopmode "
      "-halt-on-error doc.tex >out.txt";
  EXPECT_EQ(std::system(command.c_str()), 0)
      << ReadTestFile(folder + "/out.txt");
  EXPECT_TRUE(std::filesystem::exists(folder + "/doc.pdf"));
}

}  // namespace
}  // namespace bigstep
