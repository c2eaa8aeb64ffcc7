#include "experiments/report.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/files.h"
#include "base/json.h"
#include "base/status.h"

namespace bigstep {
namespace {

// "5 completed (1 collapsed), 2 diverged".
std::string Outcomes(const TableRow& row) {
  std::vector<std::string> parts;
  const auto add = [&parts](int count, const std::string& name) {
    if (count > 0) parts.push_back(absl::StrCat(count, " ", name));
  };
  add(row.completed,
      row.collapsed > 0
          ? absl::StrCat("completed (", row.collapsed, " collapsed)")
          : "completed");
  add(row.diverged, "diverged");
  add(row.failed, "failed");
  add(row.missing, "missing");
  return absl::StrJoin(parts, ", ");
}

// "0.983 ± 0.004"; "0.983" for one value; "-" for none. Fewer values than
// completed trials are counted: "0.983 ± 0.004 (n = 2)".
std::string MeanAndStd(const Summary& summary, int completed) {
  if (summary.n == 0) return "-";
  std::string text = absl::StrFormat("%.4f", summary.mean);
  if (summary.n > 1) absl::StrAppendFormat(&text, " ± %.4f", summary.std);
  if (summary.n != completed)
    absl::StrAppendFormat(&text, " (n = %d)", summary.n);
  return text;
}

// "accuracy.unbiased_test ↑".
std::string Title(const Column& column) {
  switch (column.result.direction) {
    case Direction::kHigher:
      return absl::StrCat(column.name(), " ↑");
    case Direction::kLower:
      return absl::StrCat(column.name(), " ↓");
    case Direction::kNeither:
      break;
  }
  return column.name();
}

// Columns on a screen: the code points of UTF-8 text.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string MarkdownTable(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths(rows[0].size(), 3);
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], Width(row[c]));
    }
  }
  std::string text;
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t c = 0; c < widths.size(); ++c) {
      absl::StrAppend(&text, c == 0 ? "| " : " | ", rows[r][c],
                      std::string(widths[c] - Width(rows[r][c]), ' '));
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

// A cell of Markdown: no line breaks, no bars.
std::string Escape(const std::string& text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}, {"\n", " "}});
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string CsvNumber(double value) {
  return std::isfinite(value) ? Json(value).dump() : "";
}

}  // namespace

Table MakeTable(const Study& study,
                const std::map<std::string, Record>& records) {
  return {study.name, study.question, study.columns,
          Analyze(study, records).rows};
}

std::string ToMarkdown(const Table& table) {
  std::vector<std::vector<std::string>> rows = {{"axis", "setting", "trials"}};
  for (const Column& column : table.columns) rows[0].push_back(Title(column));
  for (const TableRow& row : table.rows) {
    rows.push_back(
        {Escape(row.cell.block), Escape(row.cell.setting), Outcomes(row)});
    for (const Summary& summary : row.values) {
      rows.back().push_back(MeanAndStd(summary, row.completed));
    }
  }
  return absl::StrCat(
      "# ", table.study, "\n\n", table.question,
      table.question.empty() ? "" : "\n\n", MarkdownTable(rows),
      "\nMean ± sample standard deviation (n - 1) over the completed trials of "
      "a setting, one trial a seed. Collapsed trials (no better than guessing "
      "on the training data) count as completed; diverged ones (NaN or "
      "infinite loss) have no values. Results at the last step; no setting or "
      "step was selected. ↑ higher is better, ↓ lower.\n");
}

std::string ToCsv(const Table& table) {
  std::string csv =
      "axis,setting,trials,completed,collapsed,diverged,failed,missing";
  for (const Column& column : table.columns) {
    for (const char* part : {"n", "mean", "std"}) {
      absl::StrAppend(&csv, ",", column.name(), ".", part);
    }
  }
  absl::StrAppend(&csv, "\n");
  for (const TableRow& row : table.rows) {
    absl::StrAppend(&csv, CsvField(row.cell.block), ",",
                    CsvField(row.cell.setting));
    for (const int count : {row.trials, row.completed, row.collapsed,
                            row.diverged, row.failed, row.missing}) {
      absl::StrAppend(&csv, ",", count);
    }
    for (const Summary& summary : row.values) {
      absl::StrAppend(&csv, ",", summary.n, ",", CsvNumber(summary.mean), ",",
                      CsvNumber(summary.std));
    }
    absl::StrAppend(&csv, "\n");
  }
  return csv;
}

absl::Status WriteTables(const std::string& study_folder, const Table& table) {
  RETURN_IF_ERROR(MakeFolder(study_folder));
  RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(study_folder, "/table.md"),
                                      ToMarkdown(table)));
  return WriteFileAtomically(absl::StrCat(study_folder, "/table.csv"),
                             ToCsv(table));
}

}  // namespace bigstep
