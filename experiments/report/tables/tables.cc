#include "experiments/report/tables/tables.h"

#include <numeric>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/folder.h"
#include "base/status.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/tables/axes_table.h"
#include "experiments/report/tables/result_columns.h"
#include "experiments/report/tables/table_rules.h"
#include "experiments/report/tables/trials_table.h"

namespace bigstep {
namespace {

// Whether all trials of a configuration completed with the result.
bool HasAllValues(const ConfigurationResults& results, size_t column) {
  return results.complete() && results.values[column].n == results.trials &&
         results.trials > 0;
}

// The best mean of a column among configurations with all values; nothing if
// the result has no direction.
std::optional<double> BestMean(const Analysis& analysis, size_t column) {
  const Direction direction = analysis.study.columns[column].result.direction;
  std::vector<size_t> complete;
  for (const size_t i : AllConfigurations(analysis.study)) {
    if (HasAllValues(analysis.configurations[i], column)) complete.push_back(i);
  }
  const std::optional<Interval> range =
      RangeOfMeans(analysis, complete, column);
  if (direction == Direction::kNeither || !range) return std::nullopt;
  return direction == Direction::kHigher ? range->high : range->low;
}

// "lr × l2" for the sweep "lr x l2", whose axes have no spaces.
std::string Times(const std::string& sweep) {
  return absl::StrReplaceAll(sweep, {{" x ", " × "}});
}

}  // namespace

Table ConfigurationsTable(const Analysis& analysis) {
  std::vector<size_t> columns(analysis.study.columns.size());
  std::iota(columns.begin(), columns.end(), size_t{0});
  return ConfigurationsTable(analysis, columns);
}

Table ConfigurationsTable(const Analysis& analysis,
                          const std::vector<size_t>& columns) {
  Table table;
  table.heading = 1;
  table.columns = {
      {.title = "axis",
       .is_text = true,
       .csv_titles = {"axis"},
       .once_a_group = true},
      {.title = "setting", .is_text = true, .csv_titles = {"setting"}},
      CountsColumn()};
  std::vector<std::optional<double>> best;
  for (const size_t c : columns) {
    const Column& column = analysis.study.columns[c];
    table.columns.push_back(ResultColumn(column));
    table.columns.back().csv_titles = SummaryTitles(column.name());
    best.push_back(BestMean(analysis, c));
  }
  const std::vector<NumberStyle> styles = ColumnStyles(analysis);
  const std::string* sweep = nullptr;
  for (const ConfigurationResults& results : analysis.configurations) {
    const Configuration& configuration = results.configuration;
    const bool starts = sweep == nullptr || *sweep != configuration.sweep;
    sweep = &configuration.sweep;
    Table::Row row{{{.text = *sweep, .short_text = Times(*sweep)},
                    {configuration.name},
                    CountsEntry(results)},
                   starts};
    for (size_t i = 0; i < columns.size(); ++i) {
      const size_t c = columns[i];
      const Summary& summary = results.values[c];
      row.entries.push_back(
          {.text = styles[c].MeanAndStd(summary, results.completed),
           .csv = SummaryFields(summary),
           .bold = best[i] && HasAllValues(results, c) &&
                   summary.mean == *best[i]});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string ToMarkdown(const Analysis& analysis) {
  const Study& study = analysis.study;
  return absl::StrCat(
      "# ", EscapeMarkdown(study.name), "\n\n", EscapeMarkdown(study.question),
      study.question.empty() ? "" : "\n\n", WarningsMarkdown(analysis),
      ToMarkdown(ConfigurationsTable(analysis)), "\n", kMeansRule, " ",
      EscapeMarkdown(SelectionRule(study)), " ", kArrowsRule, "\n");
}

std::string ToLatex(const Analysis& analysis) {
  const Study& study = analysis.study;
  return ToLatex(
      ConfigurationsTable(analysis),
      {CaptionOf(study),
       absl::StrCat(WarningsText(analysis), kMeansRule,
                    " n: completed trials. Bold: the best mean of a column, "
                    "among the settings whose trials all completed. ",
                    kArrowsRule),
       study.name});
}

absl::Status WriteTables(const std::string& study_folder,
                         const Analysis& analysis, const Records& records) {
  const Folder folder(study_folder);
  RETURN_IF_ERROR(folder.Make(""));
  const std::pair<const char*, std::string> files[] = {
      {"table.md", ToMarkdown(analysis)},
      {"table.csv", ToCsv(ConfigurationsTable(analysis))},
      {"table.tex", ToLatex(analysis)},
      {"comparison.md", AxesMarkdown(analysis)},
      {"comparison.csv", ToCsv(AxesTable(analysis))},
      {"comparison.tex", AxesLatex(analysis)},
      {"trials.csv", ToCsv(TrialsTable(analysis.study, records))}};
  for (const auto& [name, content] : files) {
    RETURN_IF_ERROR(folder.Write(name, content));
  }
  return absl::OkStatus();
}

}  // namespace bigstep
