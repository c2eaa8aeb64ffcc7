#include "experiments/report/tables/tables.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/status.h"
#include "experiments/report/tables/axes_table.h"
#include "experiments/report/tables/csv_text.h"
#include "experiments/report/tables/table_parts.h"
#include "experiments/report/tables/text_table.h"
#include "experiments/report/tables/trials_csv.h"

namespace bigstep {
namespace {

// For each column, the best mean among the settings whose trials all
// completed; nothing for a column without a direction.
std::vector<std::optional<double>> BestMeans(const Analysis& analysis) {
  std::vector<std::optional<double>> best(analysis.study.columns.size());
  for (size_t c = 0; c < best.size(); ++c) {
    const Direction direction = analysis.study.columns[c].result.direction;
    if (direction == Direction::kNeither) continue;
    for (const TableRow& row : analysis.rows) {
      const Summary& summary = row.values[c];
      if (!row.complete() || summary.n < row.trials || summary.n == 0) continue;
      if (!best[c] ||
          (direction == Direction::kHigher ? summary.mean > *best[c]
                                           : summary.mean < *best[c])) {
        best[c] = summary.mean;
      }
    }
  }
  return best;
}

// The settings. In LaTeX, an axis is named once and trials are "n".
TextTable SettingsTable(const Analysis& analysis, bool latex) {
  TextTable table;
  table.columns = {{"", "axis", true},
                   {"", "setting", true},
                   {"", latex ? "n" : "trials", true}};
  for (const Column& column : analysis.study.columns) {
    table.columns.push_back(ColumnTitle(column));
  }
  const std::vector<NumberStyle> styles = ColumnStyles(analysis);
  const std::vector<std::optional<double>> best = BestMeans(analysis);
  const std::string* sweep = nullptr;
  for (const TableRow& row : analysis.rows) {
    const bool starts = sweep == nullptr || *sweep != row.configuration.sweep;
    sweep = &row.configuration.sweep;
    table.rows.push_back({{{latex && !starts ? "" : *sweep},
                           {row.configuration.name},
                           {latex ? ShortOutcomes(row) : Outcomes(row)}},
                          starts});
    for (size_t c = 0; c < styles.size(); ++c) {
      const Summary& summary = row.values[c];
      const bool bold = best[c] && row.complete() && summary.n == row.trials &&
                        summary.mean == *best[c];
      table.rows.back().entries.push_back(
          {ValueText(styles[c], summary, row.completed), bold});
    }
  }
  return table;
}

}  // namespace

std::string ToMarkdown(const Analysis& analysis) {
  const Study& study = analysis.study;
  return absl::StrCat(
      "# ", EscapeMarkdown(study.name), "\n\n", EscapeMarkdown(study.question),
      study.question.empty() ? "" : "\n\n",
      ToMarkdown(SettingsTable(analysis, false)), "\n", kMeansRule, " ",
      EscapeMarkdown(SelectionRule(study)), " ", kArrowsRule, "\n");
}

std::string ToCsv(const Analysis& analysis) {
  std::string csv = absl::StrCat("axis,setting,", kCountsCsvHead);
  for (const Column& column : analysis.study.columns) {
    absl::StrAppend(&csv, ",", SummaryCsvHead(column.name()));
  }
  absl::StrAppend(&csv, "\n");
  for (const TableRow& row : analysis.rows) {
    absl::StrAppend(&csv, CsvField(row.configuration.sweep), ",",
                    CsvField(row.configuration.name), ",", CountsCsv(row));
    for (const Summary& summary : row.values) {
      absl::StrAppend(&csv, ",", SummaryCsv(summary));
    }
    absl::StrAppend(&csv, "\n");
  }
  return csv;
}

std::string ToLatex(const Analysis& analysis) {
  const Study& study = analysis.study;
  return ToLatex(
      SettingsTable(analysis, true),
      {CaptionOf(study),
       absl::StrCat(kMeansRule,
                    " n: completed trials. Bold: the best mean of a column, "
                    "among the settings whose trials all completed. ",
                    kArrowsRule),
       study.name});
}

absl::Status WriteTables(const std::string& study_folder,
                         const Analysis& analysis, const Records& records) {
  RETURN_IF_ERROR(MakeFolder(study_folder));
  const std::pair<const char*, std::string> files[] = {
      {"table.md", ToMarkdown(analysis)},
      {"table.csv", ToCsv(analysis)},
      {"table.tex", ToLatex(analysis)},
      {"comparison.md", AxesMarkdown(analysis)},
      {"comparison.csv", AxesCsv(analysis)},
      {"comparison.tex", AxesLatex(analysis)},
      {"trials.csv", TrialsCsv(analysis.study, records)}};
  for (const auto& [name, content] : files) {
    RETURN_IF_ERROR(
        WriteFileAtomically(absl::StrCat(study_folder, "/", name), content));
  }
  return absl::OkStatus();
}

}  // namespace bigstep
