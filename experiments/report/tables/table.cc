#include "experiments/report/tables/table.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/log.h"
#include "base/terminal_text.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/tables/aligned_numbers.h"
#include "experiments/report/tables/table_lines.h"

namespace bigstep {
namespace {

// Text, quoted if it must be (RFC 4180); an apostrophe keeps it from being a
// formula. Line ends may stand in quotes; other control characters are spelled
// out.
std::string CsvField(const std::string& field) {
  const std::string text =
      absl::StrCat(IsFormula(field) ? "'" : "", VisibleLines(field));
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

void AppendCsvLine(const std::vector<std::string>& fields, std::string& csv) {
  const auto append = [](std::string* out, const std::string& field) {
    out->append(CsvField(field));
  };
  absl::StrAppend(&csv, absl::StrJoin(fields, ",", append), "\n");
}

}  // namespace

std::string Arrow(Direction direction) {
  switch (direction) {
    case Direction::kHigher:
      return " ↑";
    case Direction::kLower:
      return " ↓";
    case Direction::kNeither:
      break;
  }
  return "";
}

Table Lines(const Table& table) {
  Table lines;
  for (const Table::Column& column : table.columns) {
    if (!column.csv_only) lines.columns.push_back(column);
  }
  for (const Table::Row& row : table.rows) {
    Table::Row first{{}, row.starts_group};
    std::vector<Table::Row> details;
    for (size_t c = 0; c < row.entries.size(); ++c) {
      if (table.columns[c].csv_only) continue;
      const Table::Entry& entry = row.entries[c];
      if (entry.details.size() > details.size()) {
        details.resize(entry.details.size());
      }
      for (size_t d = 0; d < entry.details.size(); ++d) {
        details[d].entries.resize(first.entries.size());
        details[d].entries.push_back({entry.details[d]});
      }
      first.entries.push_back(entry);
    }
    lines.rows.push_back(std::move(first));
    for (Table::Row& line : details) {
      line.entries.resize(lines.columns.size());
      lines.rows.push_back(std::move(line));
    }
  }
  return lines;
}

std::string FullTitle(const Table::Column& column) {
  return absl::StrCat(column.group, column.group.empty() ? "" : ".",
                      column.title, Arrow(column.direction));
}

std::string EscapeMarkdown(absl::string_view text) {
  const std::string line = absl::StrReplaceAll(
      text, {{"\r\n", " "}, {"\n", " "}, {"\r", " "}, {"\t", " "}});
  return absl::StrReplaceAll(VisibleText(line), {{"\\", "\\\\"},
                                                 {"|", "\\|"},
                                                 {"&", "&amp;"},
                                                 {"<", "&lt;"},
                                                 {"[", "\\["},
                                                 {"*", "\\*"},
                                                 {"`", "\\`"}});
}

std::string ToMarkdown(const Table& table) {
  const Table lines = Lines(table);
  const NumberPads pads(lines, /*is_short=*/false);
  std::vector<std::vector<std::string>> rows(1);
  for (const Table::Column& column : lines.columns) {
    rows[0].push_back(EscapeMarkdown(FullTitle(column)));
  }
  for (const Table::Row& row : lines.rows) {
    rows.emplace_back();
    for (size_t c = 0; c < row.entries.size(); ++c) {
      const std::string& entry = row.entries[c].text;
      rows.back().push_back(
          absl::StrCat(pads.Before(c, entry), EscapeMarkdown(entry)));
    }
  }
  std::vector<size_t> widths(lines.columns.size(), 3);
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], TerminalWidth(row[c]));
    }
  }
  std::string text;
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t c = 0; c < widths.size(); ++c) {
      absl::StrAppend(&text, c == 0 ? "| " : " | ", rows[r][c],
                      std::string(widths[c] - TerminalWidth(rows[r][c]), ' '));
    }
    absl::StrAppend(&text, " |\n");
    if (r > 0) continue;
    for (const size_t width : widths) {
      absl::StrAppend(&text, "|", std::string(width + 2, '-'));
    }
    absl::StrAppend(&text, "|\n");
  }
  return text;
}

std::string ToCsv(const Table& table) {
  std::vector<std::string> fields;
  for (const Table::Column& column : table.columns) {
    fields.insert(fields.end(), column.csv_titles.begin(),
                  column.csv_titles.end());
  }
  std::string csv;
  AppendCsvLine(fields, csv);
  for (const Table::Row& row : table.rows) {
    if (!row.in_csv) continue;
    fields.clear();
    for (size_t c = 0; c < row.entries.size(); ++c) {
      const Table::Entry& entry = row.entries[c];
      const std::vector<std::string>& titles = table.columns[c].csv_titles;
      if (titles.empty()) continue;
      if (entry.csv.empty()) {
        BIGSTEP_CHECK(titles.size() == 1) << titles[0];
        fields.push_back(entry.text);
      } else {
        BIGSTEP_CHECK(titles.size() == entry.csv.size()) << titles[0];
        fields.insert(fields.end(), entry.csv.begin(), entry.csv.end());
      }
    }
    AppendCsvLine(fields, csv);
  }
  return csv;
}

}  // namespace bigstep
