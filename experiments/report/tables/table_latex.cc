// Tables for papers: no smaller than \footnotesize, however many results there
// are.
#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "experiments/report/tables/aligned_numbers.h"
#include "experiments/report/tables/latex_text.h"
#include "experiments/report/tables/table.h"
#include "experiments/report/tables/table_lines.h"

namespace bigstep {
namespace {

// Points: what fits in a column of two, and in the text of a one-column
// article, which is the narrower of the two pages.
constexpr double kColumn = 240, kPage = 345;
// Of \footnotesize (8 points): a letter on average, and \tabcolsep on both
// sides.
constexpr double kLetter = 4, kSeparation = 6;
// Lines of one page, with its caption and notes.
constexpr size_t kLinesOfAFloat = 46;
// Titles of columns are broken into lines of about as many letters.
constexpr size_t kTitleLetters = 13;

size_t Letters(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<std::string> TitleLines(const Table::Column& column) {
  const std::string title = absl::StrCat(
      column.short_title.empty() ? column.title : column.short_title,
      Arrow(column.direction));
  std::vector<std::string> lines(1);
  for (const absl::string_view word : absl::StrSplit(title, ' ')) {
    std::string& line = lines.back();
    // An arrow stays with its word.
    const bool joins = line.empty() || Letters(std::string(word)) == 1 ||
                       Letters(line) + 1 + word.size() <= kTitleLetters;
    if (!joins) {
      lines.emplace_back(word);
    } else {
      absl::StrAppend(&line, line.empty() ? "" : " ", word);
    }
  }
  return lines;
}

double WidthOf(const Table& table, size_t column) {
  size_t letters = 0, before = 0, after = 0;
  for (const std::string& line : TitleLines(table.columns[column])) {
    letters = std::max(letters, Letters(line));
  }
  for (const Table::Row& row : table.rows) {
    const std::string& text = ShortText(row.entries[column]);
    const size_t integer =
        table.columns[column].is_text ? 0 : IntegerPart(text);
    if (integer == 0) {
      letters = std::max(letters, Letters(text));
    } else {
      before = std::max(before, integer);
      after = std::max(after, Letters(text) - integer);
    }
  }
  return kLetter * static_cast<double>(std::max(letters, before + after)) +
         kSeparation;
}

// The table as several that are narrow enough: each with the texts at its left
// and some of the other columns.
std::vector<std::vector<size_t>> ColumnsOfParts(const Table& table) {
  std::vector<size_t> texts;
  double left = 0;
  while (texts.size() < table.columns.size() &&
         table.columns[texts.size()].is_text) {
    left += WidthOf(table, texts.size());
    texts.push_back(texts.size());
  }
  std::vector<std::vector<size_t>> parts = {texts};
  double width = left;
  for (size_t c = texts.size(); c < table.columns.size(); ++c) {
    const double more = WidthOf(table, c);
    if (width + more > kPage && parts.back().size() > texts.size()) {
      parts.push_back(texts);
      width = left;
    }
    parts.back().push_back(c);
    width += more;
  }
  return parts;
}

double WidthOf(const Table& table, const std::vector<size_t>& columns) {
  double width = 0;
  for (const size_t c : columns) width += WidthOf(table, c);
  return width;
}

// Places where the rows are divided, the last their number: between groups, if
// those are not longer than a page.
std::vector<size_t> Breaks(const Table& table) {
  std::vector<size_t> breaks;
  size_t begin = 0, group = 0;
  for (size_t r = 0; r < table.rows.size(); ++r) {
    if (table.rows[r].starts_group) group = r;
    if (r - begin < kLinesOfAFloat) continue;
    begin = group > begin ? group : r;
    breaks.push_back(begin);
  }
  breaks.push_back(table.rows.size());
  return breaks;
}

// Numbers take two places of a tabular: before the decimal point, and from it
// on.
size_t PlacesOf(const Table::Column& column) { return column.is_text ? 1 : 2; }

// `latex`, which is not divided at a decimal point, in a column.
std::string Whole(const Table::Column& column, const std::string& latex) {
  return column.is_text ? latex
                        : absl::StrCat("\\multicolumn{2}{c}{", latex, "}");
}

// The titles of groups over their columns, with rules below; empty without
// groups, and where columns have titles that need none.
std::string LatexGroups(const Table& table, const std::vector<size_t>& shown) {
  std::vector<std::string> titles;
  std::string rules;
  size_t at = 1;  // The place of a column in the tabular.
  const auto group = [&](size_t i) {
    const Table::Column& column = table.columns[shown[i]];
    return column.short_title.empty() ? column.group : "";
  };
  for (size_t first = 0; first < shown.size();) {
    size_t end = first, begin = at;
    do {
      at += PlacesOf(table.columns[shown[end++]]);
    } while (end < shown.size() && !group(first).empty() &&
             group(end) == group(first));
    titles.push_back(absl::StrCat("\\multicolumn{", at - begin, "}{c}{",
                                  EscapeLatex(group(first)), "}"));
    if (!group(first).empty()) {
      absl::StrAppend(&rules, "\\cmidrule(lr){", begin, "-", at - 1, "}");
    }
    first = end;
  }
  if (rules.empty()) return "";
  return absl::StrCat(absl::StrJoin(titles, " & "), " \\\\\n", rules, "\n");
}

std::string LatexHead(const Table& table, const std::vector<size_t>& shown) {
  std::vector<std::string> titles;
  for (const size_t c : shown) {
    std::vector<std::string> lines = TitleLines(table.columns[c]);
    for (std::string& line : lines) line = EscapeLatex(line);
    titles.push_back(Whole(
        table.columns[c],
        lines.size() == 1 ? lines[0]
                          : absl::StrCat("\\shortstack{",
                                         absl::StrJoin(lines, "\\\\"), "}")));
  }
  return absl::StrCat("\\toprule\n", LatexGroups(table, shown),
                      absl::StrJoin(titles, " & "), " \\\\\n\\midrule\n");
}

std::string LatexEntry(const Table::Column& column, const Table::Entry& entry) {
  const auto bold = [&entry](const std::string& latex) {
    return entry.bold && !latex.empty()
               ? absl::StrCat("\\textbf{\\boldmath ", latex, "}")
               : latex;
  };
  const absl::string_view text = ShortText(entry);
  const size_t integer = column.is_text ? 0 : IntegerPart(text);
  if (integer == 0) return Whole(column, bold(EscapeLatex(text)));
  return absl::StrCat(bold(EscapeLatex(text.substr(0, integer))), " & ",
                      bold(EscapeLatex(text.substr(integer))));
}

std::string LatexTabular(const Table& table, const std::vector<size_t>& shown,
                         size_t begin, size_t end) {
  std::string alignment;
  for (const size_t c : shown) {
    alignment += table.columns[c].is_text ? "l" : "r@{}l";
  }
  std::string text = absl::StrCat("\\begin{tabular}{", alignment, "}\n",
                                  LatexHead(table, shown));
  for (size_t r = begin; r < end; ++r) {
    const Table::Row& row = table.rows[r];
    if (r > begin && row.starts_group) text += "\\addlinespace\n";
    std::vector<std::string> entries;
    for (const size_t c : shown) {
      const bool repeats =
          table.columns[c].once_a_group && !row.starts_group && r > begin;
      entries.push_back(LatexEntry(table.columns[c],
                                   repeats ? Table::Entry() : row.entries[c]));
    }
    absl::StrAppend(&text, absl::StrJoin(entries, " & "), " \\\\\n");
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

// A label may hold letters, digits and hyphens.
std::string LatexLabel(const std::string& name) {
  std::string label = "tab:";
  for (const char c : name) {
    label += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  }
  return label;
}

// One float of some tabulars, one below the other. Only the first says what it
// is.
std::string LatexFloat(const std::vector<std::string>& tabulars, bool wide,
                       bool first, const LatexFrame& frame) {
  const char* star = wide ? "*" : "";
  return absl::StrCat(
      "\\begin{table", star,
      "}\n\\centering\\footnotesize\\setlength{\\tabcolsep}{3pt}\n"
      "\\setlength{\\belowcaptionskip}{6pt}\n",
      first ? absl::StrCat("\\caption{", EscapeLatex(frame.caption),
                           "}\n\\label{", LatexLabel(frame.name), "}\n")
            : "\\addtocounter{table}{-1}\n\\caption{(continued)}\n",
      absl::StrJoin(tabulars, "\n\\medskip\n"),
      first ? absl::StrCat("\n\\smallskip\n\\parbox{\\linewidth}{"
                           "\\footnotesize\n",
                           EscapeLatex(frame.notes), "}\n")
            : "",
      "\\end{table", star, "}\n");
}

}  // namespace

std::string ToLatex(const Table& table, const LatexFrame& frame) {
  const Table lines = Lines(table);
  const std::vector<std::vector<size_t>> parts = ColumnsOfParts(lines);
  bool wide = false;
  for (const auto& columns : parts) {
    wide = wide || WidthOf(lines, columns) > kColumn;
  }
  std::string text = "% Needs \\usepackage{booktabs}.\n";
  std::vector<std::string> tabulars;
  size_t used = 0, floats = 0, begin = 0;
  const auto finish = [&] {
    if (tabulars.empty()) return;
    text += LatexFloat(tabulars, wide, floats++ == 0, frame);
    tabulars.clear();
    used = 0;
  };
  for (const size_t end : Breaks(lines)) {
    for (const auto& columns : parts) {
      constexpr size_t kHead = 3;
      if (used + end - begin + kHead > kLinesOfAFloat + kHead) finish();
      tabulars.push_back(LatexTabular(lines, columns, begin, end));
      used += end - begin + kHead;
    }
    begin = end;
  }
  finish();
  return text;
}

}  // namespace bigstep
