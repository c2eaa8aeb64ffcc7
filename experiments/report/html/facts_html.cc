#include "experiments/report/html/facts_html.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/html_text.h"
#include "experiments/records/data_table.h"
#include "experiments/report/analysis/report_provenance.h"
#include "experiments/report/tables/table.h"

namespace bigstep {
namespace {

// Rows of tables that no script shortens.
constexpr size_t kMaxFacts = 500;

// The first `facts` as a table.
std::string FactsHtml(const std::string& caption, const std::string& name,
                      const Facts& facts) {
  Table table;
  table.columns = {{.title = name, .is_text = true},
                   {.title = "value", .is_text = true}};
  for (const auto& [key, value] : facts) {
    if (table.rows.size() == kMaxFacts) break;
    table.rows.push_back({{{key}, {value}}});
  }
  return absl::StrCat(ToHtml(table, {.caption = caption, .style = "keys"}),
                      facts.size() > kMaxFacts
                          ? Paragraph(absl::StrCat("The first ", kMaxFacts,
                                                   " of ", facts.size(),
                                                   "; each trial's own are in "
                                                   "trials/<id>/trial.yaml."),
                                      "quiet")
                          : "");
}

// As a reader types it where the program was started.
std::string TypedPath(const std::string& folder) {
  // Set by `bazel run`.
  const char* const started = std::getenv("BUILD_WORKING_DIRECTORY");
  std::error_code ignored;
  const std::filesystem::path here =
      started == nullptr ? std::filesystem::current_path(ignored)
                         : std::filesystem::path(started);
  const std::string relative =
      std::filesystem::path(folder).lexically_relative(here).string();
  return relative.empty() || absl::StartsWith(relative, "..") ? folder
                                                              : relative;
}

}  // namespace

std::string Paragraph(const std::string& text, const std::string& kind) {
  return absl::StrCat("<p class=\"", kind, "\">", EscapeHtml(text), "</p>\n");
}

std::string Folded(const std::string& summary, const std::string& html) {
  return absl::StrCat("<details><summary>", EscapeHtml(summary), "</summary>\n",
                      html, "</details>\n");
}

std::string OptionsHtml(const Study& study, const Records& records) {
  if (records.empty()) return "";
  return absl::StrCat(Folded("Options in which configurations differ",
                             FactsHtml("Options, defaults included.", "setting",
                                       DifferingOptions(study, records))),
                      Folded("Options that all trials share",
                             FactsHtml("Options, defaults included.", "option",
                                       SharedOptions(records))));
}

// How many examples of each kind the trials saw.
std::string DataHtml(const std::vector<RecordedData>& all) {
  constexpr size_t kMaxDatasets = 20;
  std::string html;
  for (size_t i = 0; i < all.size() && i < kMaxDatasets; ++i) {
    const DataTable counts = MakeDataTable(all[i].record->data);
    Table table;
    for (size_t c = 0; c < counts.columns.size(); ++c) {
      table.columns.push_back(
          {.title = counts.columns[c], .is_text = c < counts.text_columns});
    }
    for (const std::vector<std::string>& row : counts.rows) {
      table.rows.emplace_back();
      for (const std::string& cell : row) {
        table.rows.back().entries.push_back({.text = cell});
      }
    }
    if (table.rows.empty()) continue;
    html += ToHtml(
        table,
        {.caption = absl::StrCat(
             "Examples in the data of ", all[i].trials,
             all[i].trials == 1 ? " trial: " : " trials: ", all[i].dataset)});
  }
  if (all.size() > kMaxDatasets) {
    html += Paragraph(
        absl::StrCat(all.size() - kMaxDatasets, " more are in the records."),
        "quiet");
  }
  return html;
}

std::string ProvenanceHtml(const Records& records) {
  if (records.empty()) return "";
  return Folded(
      "Binary, libraries, device and data",
      FactsHtml("From the records.", "source", ProvenanceFacts(records)));
}

std::string SpecHtml(const Study& study) {
  if (study.spec.empty()) return "";
  return Folded("spec.yaml",
                absl::StrCat("<pre>", EscapeHtml(study.spec), "</pre>\n"));
}

std::string CommandsHtml(const std::string& study_folder, const Study& study,
                         const Records& records) {
  return absl::StrCat(
      "<pre>",
      EscapeHtml(ReproductionCommands(study, records, TypedPath(study_folder))),
      "</pre>\n");
}

}  // namespace bigstep
