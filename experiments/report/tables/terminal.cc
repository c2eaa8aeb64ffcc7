#include "experiments/report/tables/terminal.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/terminal_text.h"
#include "experiments/report/tables/aligned_numbers.h"
#include "experiments/report/tables/table_lines.h"
#include "experiments/report/tables/tables.h"

namespace bigstep {
namespace {

constexpr char kGap[] = "  ";
constexpr size_t kTitleWidth = 16;  // At which titles are wrapped.
constexpr size_t kTextWidth = 40;   // To which texts are shortened.

// A column of the screen: lines of its title, then an entry for each row.
struct ScreenColumn {
  std::vector<std::string> title;
  std::vector<std::string> entries;
  size_t width = 0;
};

// Without its middle if it is too long: settings of one axis differ at the end.
std::string Shortened(const std::string& text) {
  const size_t width = TerminalWidth(text);
  if (width <= kTextWidth) return text;
  constexpr size_t kBeginning = 15;  // With the ellipsis.
  size_t end = text.size();
  for (size_t left = kTextWidth - kBeginning; left > 0; --left) {
    do {
      --end;
    } while ((text[end] & 0xC0) == 0x80);
  }
  return absl::StrCat(CutToWidth(text, kBeginning), text.substr(end));
}

const std::string& TitleOf(const Table::Column& column) {
  return column.short_title.empty() ? column.title : column.short_title;
}

ScreenColumn MakeColumn(const Table& lines, const NumberPads& pads, size_t c) {
  const Table::Column& column = lines.columns[c];
  ScreenColumn screen;
  screen.title = WrapWords(
      absl::StrCat(VisibleText(TitleOf(column)), Arrow(column.direction)),
      kTitleWidth);
  for (const Table::Row& row : lines.rows) {
    const std::string& text = ShortText(row.entries[c]);
    const std::string pad =
        absl::StrReplaceAll(pads.Before(c, text), {{"\u2007", " "}});
    screen.entries.push_back(Shortened(pad + VisibleText(text)));
  }
  for (const auto* const texts : {&screen.title, &screen.entries}) {
    for (const std::string& text : *texts) {
      screen.width = std::max(screen.width, TerminalWidth(text));
    }
  }
  return screen;
}

void AppendLine(std::string line, std::string& text) {
  absl::StripTrailingAsciiWhitespace(&line);
  absl::StrAppend(&text, line, "\n");
}

// Text in lines of the terminal, further ones indented.
void AppendWrapped(absl::string_view words, std::string& text) {
  bool first = true;
  for (const std::string& line : WrapWords(words, kTerminalWidth - 4)) {
    absl::StrAppend(&text, first ? "" : "    ", line, "\n");
    first = false;
  }
}

// The study's columns, those that answer its question first.
std::vector<size_t> ColumnsInOrder(const Study& study) {
  std::vector<size_t> columns(study.columns.size());
  std::iota(columns.begin(), columns.end(), size_t{0});
  std::set<std::string> metrics = {"accuracy"};
  std::vector<int> ranks;
  for (const Column& column : study.columns) {
    const std::string name = column.name();
    const bool headline =
        name == "accuracy.unbiased_test" || name == "accuracy.worst_group_test";
    ranks.push_back(headline                               ? 0
                    : metrics.insert(column.metric).second ? 1
                                                           : 2);
  }
  std::stable_sort(columns.begin(), columns.end(),
                   [&](size_t a, size_t b) { return ranks[a] < ranks[b]; });
  return columns;
}

// The table without the axis, which the setting names, and with short counts.
Table Narrowed(Table table) {
  table.columns.erase(table.columns.begin());
  for (Table::Row& row : table.rows) {
    row.entries.erase(row.entries.begin());
    Table::Entry& counts = row.entries[1];
    counts.short_text =
        absl::StrReplaceAll(ShortText(counts), {{" not converged", " nc"}});
  }
  return table;
}

std::string Configurations(const Analysis& analysis,
                           std::vector<std::string>* left_out) {
  std::vector<size_t> columns(analysis.study.columns.size());
  std::iota(columns.begin(), columns.end(), size_t{0});
  const auto draw = [&] {
    return ToTerminal(
        Narrowed(ConfigurationsTable(analysis, columns, FitsIn(analysis))),
        kTerminalWidth, left_out);
  };
  const std::string all = draw();
  if (left_out->empty()) return all;
  columns = ColumnsInOrder(analysis.study);
  return draw();
}

}  // namespace

std::string ToTerminal(const Table& table, size_t width,
                       std::vector<std::string>* left_out) {
  const Table lines = Lines(table);
  const NumberPads pads(lines, /*is_short=*/true);
  std::vector<ScreenColumn> columns;
  size_t used = 0, title_lines = 1;
  for (size_t c = 0; c < lines.columns.size(); ++c) {
    ScreenColumn column = MakeColumn(lines, pads, c);
    used += column.width + (c == 0 ? 0 : sizeof(kGap) - 1);
    if (used > width && c > 0) break;
    title_lines = std::max(title_lines, column.title.size());
    columns.push_back(std::move(column));
  }
  left_out->clear();
  for (size_t c = columns.size(); c < lines.columns.size(); ++c) {
    left_out->push_back(TitleOf(lines.columns[c]));
  }
  std::string text;
  for (size_t i = 0; i < title_lines; ++i) {
    std::string line;
    for (const ScreenColumn& column : columns) {
      // Titles end on the same line.
      const size_t above = title_lines - column.title.size();
      absl::StrAppend(
          &line, &column == columns.data() ? "" : kGap,
          PadToWidth(i < above ? "" : column.title[i - above], column.width));
    }
    AppendLine(line, text);
  }
  for (size_t r = 0; r < lines.rows.size(); ++r) {
    if (lines.rows[r].starts_group) text += "\n";
    std::string line;
    for (const ScreenColumn& column : columns) {
      absl::StrAppend(&line, &column == columns.data() ? "" : kGap,
                      PadToWidth(column.entries[r], column.width));
    }
    AppendLine(line, text);
  }
  return text;
}

std::string ToTerminal(const Analysis& analysis) {
  const Study& study = analysis.study;
  std::string text = "\n";
  AppendWrapped(
      VisibleText(study.question.empty()
                      ? study.name
                      : absl::StrCat(study.name, ": ", study.question)),
      text);
  for (const std::string& warning : analysis.warnings) {
    AppendWrapped(VisibleText(warning), text);
  }
  if (!analysis.basis.empty()) AppendWrapped(VisibleText(analysis.basis), text);
  std::vector<std::string> left_out;
  absl::StrAppend(&text, "\n", Configurations(analysis, &left_out), "\n");
  std::string note = "Mean ± standard deviation over the completed trials";
  if (analysis.total.unconverged > 0) note += "; nc: not converged";
  if (!left_out.empty()) {
    absl::StrAppend(&note, "; in table.md only: ",
                    VisibleText(absl::StrJoin(left_out, ", ")));
  }
  AppendWrapped(note + ".", text);
  if (!analysis.verdicts.empty()) text += "\n";
  for (const Verdict& verdict : analysis.verdicts) {
    AppendWrapped(VisibleText(absl::StrCat(verdict.id, " ", verdict.says, ": ",
                                           verdict.sentence)),
                  text);
  }
  return text;
}

}  // namespace bigstep
