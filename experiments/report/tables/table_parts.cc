#include "experiments/report/tables/table_parts.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/report/tables/csv_text.h"

namespace bigstep {

std::string CaptionOf(const Study& study) {
  return absl::StrCat(study.question, study.question.empty() ? "" : " ",
                      SelectionRule(study));
}

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

std::string ShortOutcomes(const TableRow& row) {
  std::vector<std::string> others;
  for (const auto& [count, name] : {std::pair(row.collapsed, "collapsed"),
                                    {row.diverged, "diverged"},
                                    {row.failed, "failed"},
                                    {row.missing, "missing"}}) {
    if (count > 0) others.push_back(absl::StrCat(count, " ", name));
  }
  if (others.empty()) return absl::StrCat(row.completed);
  return absl::StrCat(row.completed, " (", absl::StrJoin(others, ", "), ")");
}

TextTable::Column ColumnTitle(const Column& column) {
  std::string title = column.result.name;
  if (column.result.direction == Direction::kHigher) title += " ↑";
  if (column.result.direction == Direction::kLower) title += " ↓";
  return {column.metric, std::move(title)};
}

std::vector<NumberStyle> ColumnStyles(const Analysis& analysis) {
  std::vector<NumberStyle> styles;
  for (size_t c = 0; c < analysis.study.columns.size(); ++c) {
    std::vector<double> means;
    for (const TableRow& row : analysis.rows) {
      means.push_back(row.values[c].mean);
    }
    styles.push_back(StyleOf(analysis.study.columns[c].result, means));
  }
  return styles;
}

std::string ValueText(const NumberStyle& style, const Summary& summary,
                      int completed) {
  std::string text = style.MeanAndStd(summary);
  if (summary.n == 0 || summary.n == completed) return text;
  return absl::StrCat(text, " (n = ", summary.n, ")");
}

std::string CountsCsv(const TableRow& row) {
  return absl::StrJoin({row.trials, row.completed, row.collapsed, row.diverged,
                        row.failed, row.missing},
                       ",");
}

std::string SummaryCsvHead(const std::string& name) {
  std::vector<std::string> heads;
  for (const char* part : {"n", "mean", "std", "low", "high"}) {
    heads.push_back(CsvField(absl::StrCat(name, ".", part)));
  }
  return absl::StrJoin(heads, ",");
}

std::string SummaryCsv(const Summary& summary) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const Interval interval = summary.interval.value_or(Interval{kNan, kNan});
  return absl::StrCat(summary.n, ",", CsvNumber(summary.mean), ",",
                      CsvNumber(summary.std), ",", CsvNumber(interval.low), ",",
                      CsvNumber(interval.high));
}

}  // namespace bigstep
