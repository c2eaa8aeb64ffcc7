#include "experiments/report/tables/tables.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/folder.h"
#include "base/status.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/tables/axes_table.h"
#include "experiments/report/tables/claims_table.h"
#include "experiments/report/tables/result_columns.h"
#include "experiments/report/tables/table_rules.h"
#include "experiments/report/tables/trials_table.h"

namespace bigstep {
namespace {

// Whether configuration `i` is the best of the study, or tied with it.
bool IsBest(const Analysis& analysis, size_t i) {
  const Best& best = analysis.best_of_all;
  return best.configuration == i ||
         std::find(best.ties.begin(), best.ties.end(), i) != best.ties.end();
}

// "lr × l2" for the sweep "lr x l2", whose axes have no spaces.
std::string Times(const std::string& sweep) {
  return absl::StrReplaceAll(sweep, {{" x ", " × "}});
}

}  // namespace

Table ConfigurationsTable(const Analysis& analysis) {
  std::vector<size_t> columns(analysis.study.columns.size());
  std::iota(columns.begin(), columns.end(), size_t{0});
  return ConfigurationsTable(analysis, columns, FitsIn(analysis));
}

Fits FitsIn(const Analysis& analysis) {
  Fits fits;
  for (const ConfigurationResults& results : analysis.configurations) {
    if (!results.fit) continue;
    (results.fit->of_regression() ? fits.of_regressions : fits.of_classes) =
        true;
  }
  return fits;
}

Table ConfigurationsTable(const Analysis& analysis,
                          const std::vector<size_t>& columns,
                          const Fits& fits) {
  Table table;
  table.heading = 1;
  table.columns = {
      {.title = "axis",
       .is_text = true,
       .csv_titles = {"axis"},
       .once_a_group = true},
      {.title = "setting", .is_text = true, .csv_titles = {"setting"}},
      CountsColumn()};
  if (fits.of_classes) table.columns.push_back(FitColumn(false));
  if (fits.of_regressions) table.columns.push_back(FitColumn(true));
  for (const size_t c : columns) {
    const Column& column = analysis.study.columns[c];
    table.columns.push_back(ResultColumn(column));
    table.columns.back().csv_titles = SummaryTitles(column.name());
  }
  const std::vector<NumberStyle> styles = ColumnStyles(analysis);
  const std::string* sweep = nullptr;
  for (size_t row_of = 0; row_of < analysis.configurations.size(); ++row_of) {
    const ConfigurationResults& results = analysis.configurations[row_of];
    const bool is_best = IsBest(analysis, row_of);
    const Configuration& configuration = results.configuration;
    const bool starts = sweep == nullptr || *sweep != configuration.sweep;
    sweep = &configuration.sweep;
    Table::Row row{{{.text = *sweep, .short_text = Times(*sweep)},
                    {configuration.name},
                    CountsEntry(results)},
                   starts};
    if (fits.of_classes) row.entries.push_back(FitEntry(results.fit, false));
    if (fits.of_regressions) row.entries.push_back(FitEntry(results.fit, true));
    for (const size_t c : columns) {
      const Summary& summary = results.values[c];
      row.entries.push_back(
          {.text = styles[c].MeanAndStd(summary, results.completed),
           .csv = SummaryFields(summary),
           .bold = is_best && summary.n > 0});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string ToMarkdown(const Analysis& analysis) {
  const Study& study = analysis.study;
  return absl::StrCat(
      "# ", EscapeMarkdown(study.name), "\n\n", EscapeMarkdown(study.question),
      study.question.empty() ? "" : "\n\n", EscapeMarkdown(analysis.basis),
      analysis.basis.empty() ? "" : "\n\n", WarningsMarkdown(analysis),
      ToMarkdown(ConfigurationsTable(analysis)), "\n", kMeansRule, " ",
      EscapeMarkdown(absl::StrCat(SelectionRule(study), WithRule(study))), " ",
      kArrowsRule, "\n");
}

std::string ToLatex(const Analysis& analysis) {
  const Study& study = analysis.study;
  return ToLatex(
      ConfigurationsTable(analysis),
      {CaptionOf(study, "Mean ± standard deviation over n trials."),
       absl::StrCat(WarningsText(analysis), analysis.basis,
                    analysis.basis.empty() ? "" : " ", kMeansRule, " ",
                    SelectionRule(study), WithRule(study),
                    " Bold: the best setting of the study. ", kArrowsRule),
       study.name});
}

absl::Status WriteTables(const std::string& study_folder,
                         const Analysis& analysis, const Records& records) {
  const Folder folder(study_folder);
  RETURN_IF_ERROR(folder.Make(""));
  std::vector<std::pair<const char*, std::string>> files = {
      {"table.md", ToMarkdown(analysis)},
      {"table.csv", ToCsv(ConfigurationsTable(analysis))},
      {"table.tex", ToLatex(analysis)},
      {"comparison.md", AxesMarkdown(analysis)},
      {"comparison.csv", ToCsv(AxesTable(analysis))},
      {"comparison.tex", AxesLatex(analysis)},
      {"trials.csv", ToCsv(TrialsTable(analysis.study, records))}};
  if (!analysis.verdicts.empty()) {
    files.emplace_back("claims.md", ClaimsMarkdown(analysis));
    files.emplace_back("claims.csv", ToCsv(ClaimsTable(analysis)));
    files.emplace_back("claims.tex", ClaimsLatex(analysis));
  }
  for (const auto& [name, content] : files) {
    RETURN_IF_ERROR(folder.Write(name, content));
  }
  return absl::OkStatus();
}

}  // namespace bigstep
