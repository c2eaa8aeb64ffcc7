#include "experiments/report/html/report_html.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/folder.h"
#include "base/html_text.h"
#include "experiments/records/data_table.h"
#include "experiments/report/analysis/findings.h"
#include "experiments/report/analysis/report_provenance.h"
#include "experiments/report/html/html_page.h"
#include "experiments/report/html/report_pictures.h"
#include "experiments/report/tables/axes_table.h"
#include "experiments/report/tables/table.h"
#include "experiments/report/tables/table_rules.h"
#include "experiments/report/tables/tables.h"
#include "experiments/report/tables/tandem_table.h"
#include "experiments/report/tables/trials_table.h"

namespace bigstep {
namespace {

// Pictures in a page, before they are encoded.
constexpr size_t kPictureBytes = 1500000;
// Rows of tables that no script shortens.
constexpr size_t kMaxFacts = 500;
// Warnings about data at the top.
constexpr size_t kMaxWarnings = 10;

std::string Paragraph(const std::string& text, const std::string& kind) {
  return absl::StrCat("<p class=\"", kind, "\">", EscapeHtml(text), "</p>\n");
}

std::string Lead(const Analysis& analysis, const Records& records,
                 const DrawnFigures& figures) {
  std::string html =
      absl::StrCat("<h1>", EscapeHtml(analysis.study.name), "</h1>\n");
  if (!analysis.study.question.empty()) {
    html += Paragraph(analysis.study.question, "question");
  }
  for (const std::string& warning : analysis.warnings) {
    html += Paragraph(warning, "note");
  }
  for (const std::string& note : figures.notes) html += Paragraph(note, "note");
  std::set<std::string> warnings;
  for (const RecordedData& data : DataOfRecords(records)) {
    for (const std::string& warning : DataWarnings(data.record->data)) {
      if (warnings.size() == kMaxWarnings) break;
      if (!warnings.insert(warning).second) continue;
      html += Paragraph(absl::StrCat("Data: ", warning), "note");
    }
  }
  return html;
}

std::string Folded(const std::string& summary, const std::string& html) {
  return absl::StrCat("<details><summary>", EscapeHtml(summary), "</summary>\n",
                      html, "</details>\n");
}

std::string FindingsHtml(const Analysis& analysis) {
  // A study with many axes and results has many findings.
  constexpr size_t kAtOnce = 16;
  std::string first, rest;
  size_t count = 0;
  for (const std::string& sentence : Findings(analysis)) {
    absl::StrAppend(count++ < kAtOnce ? &first : &rest, "<li>",
                    EscapeHtml(sentence), "</li>\n");
  }
  std::string html =
      absl::StrCat("<ul class=\"findings\">\n", first, "</ul>\n");
  if (!rest.empty()) {
    html += Folded(absl::StrCat(count - kAtOnce, " more sentences"),
                   absl::StrCat("<ul class=\"findings\">\n", rest, "</ul>\n"));
  }
  const TrialCounts& total = analysis.total;
  return absl::StrCat(
      html,
      Paragraph(
          absl::StrCat(total.completed + total.diverged + total.failed, " of ",
                       total.trials, " trials are finished: ", total.completed,
                       " completed (", total.collapsed, " of them collapsed), ",
                       total.diverged, " diverged, ", total.failed, " failed; ",
                       total.missing, " are missing."),
          "quiet"));
}

std::string FiguresHtml(const DrawnFigures& figures,
                        const std::vector<FigureKind>& kinds) {
  std::string html;
  for (const DrawnFigure& drawn : figures.figures) {
    if (std::find(kinds.begin(), kinds.end(), drawn.figure.kind) ==
        kinds.end()) {
      continue;
    }
    // Two columns of a paper are wider than high.
    const bool column = drawn.figure.kind == FigureKind::kPlane ||
                        drawn.figure.kind == FigureKind::kNormalized;
    absl::StrAppend(&html, "<figure class=\"", column ? "column" : "page",
                    "\" id=\"figure-", EscapeHtml(drawn.figure.name),
                    "\">\n<h3>", EscapeHtml(drawn.figure.title), "</h3>\n");
    if (drawn.html.empty()) {
      html += Paragraph(absl::StrCat("Not drawn; its script and data are in "
                                     "figures/",
                                     drawn.figure.name, ".gp."),
                        "quiet");
    } else {
      absl::StrAppend(&html,
                      "<div class=\"drawing\" tabindex=\"0\" "
                      "role=\"region\" aria-label=\"",
                      EscapeHtml(drawn.figure.title), "\">", drawn.html,
                      "</div>\n");
    }
    absl::StrAppend(&html, "<figcaption>", EscapeHtml(drawn.figure.caption),
                    " <span class=\"file\">figures/",
                    EscapeHtml(drawn.figure.name),
                    ".svg, .pdf, .png, .gp, .csv</span></figcaption>\n"
                    "</figure>\n");
  }
  if (html.empty()) return html;
  return absl::StrCat("<div class=\"figures\">\n", html, "</div>\n");
}

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

std::string ConfigurationsHtml(const Analysis& analysis,
                               const Records& records) {
  const std::string html = absl::StrCat(
      ToHtml(
          ConfigurationsTable(analysis),
          {.caption = "Every configuration: mean ± sample standard deviation "
                      "over the completed trials.",
           .id = "configurations",
           .file = "table.csv"}),
      Paragraph(SelectionRule(analysis.study), "quiet"));
  if (records.empty()) return html;
  return absl::StrCat(
      html,
      Folded("The options in which configurations differ",
             FactsHtml("Options of the trials, defaults included.", "setting",
                       DifferingOptions(analysis.study, records))),
      Folded("The options that all trials share",
             FactsHtml("Options of the trials, defaults included.", "option",
                       SharedOptions(records))));
}

std::string PicturesSection(const std::string& study_folder,
                            const Analysis& analysis, const Records& records) {
  size_t left_out = 0;
  std::string html = PicturesHtml(
      FindPictures(study_folder, analysis, records, kPictureBytes, &left_out));
  if (left_out > 0) {
    html += Paragraph(absl::StrCat(left_out,
                                   " more pictures are beside the records, in "
                                   "trials/<id>/."),
                      "quiet");
  }
  return html;
}

std::string FailuresHtml(const Study& study, const Records& records) {
  const Table failures = FailuresTable(study, records);
  if (failures.rows.empty()) {
    return Paragraph("No finished trial failed, diverged or collapsed.",
                     "quiet");
  }
  return ToHtml(failures,
                {.caption = "Trials that failed, diverged or collapsed.",
                 .id = "failures",
                 .file = "trials.csv"});
}

std::string ReproductionHtml(const Study& study, const Records& records) {
  const std::string html = absl::StrCat(
      "<pre>", EscapeHtml(ReproductionCommands(study, records)), "</pre>\n");
  if (records.empty()) return html;
  return absl::StrCat(
      html, FactsHtml("How the results were made, from the records.", "source",
                      ProvenanceFacts(records)));
}

// The counts of examples in the data of the trials.
std::string DataHtml(const Records& records) {
  constexpr size_t kMaxDatasets = 20;
  std::string html;
  const std::vector<RecordedData> all = DataOfRecords(records);
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

// The axes compared, then the best configurations in all results at once.
std::string ComparisonHtml(const Analysis& analysis) {
  const Study& study = analysis.study;
  std::string html;
  if (!study.axes.empty()) {
    const std::string differences =
        study.reference.empty()
            ? ""
            : absl::StrCat(
                  " the difference from the best ", study.reference,
                  ", paired by seed, with its corrected 95 % interval;");
    html = absl::StrCat(
        ToHtml(
            AxesTable(analysis),
            {absl::StrCat("Each axis at its best value: mean ± sample standard "
                          "deviation over seeds. Below:",
                          differences,
                          " the part of each result in the score in tandem; "
                          "Spearman's rank correlation of the result with the "
                          "axis, averaged over seeds.")}),
        Paragraph(SelectionRule(study), "quiet"));
  }
  const Table tandem = TandemTable(analysis);
  if (tandem.rows.empty()) return html;
  return absl::StrCat(
      html,
      ToHtml(tandem,
             {"In tandem: the mean of the parts, each the way from the worst "
              "(0) to the best (1) mean of all configurations of the study."}));
}

std::string TrialsHtml(const Study& study, const Records& records) {
  return ToHtml(TrialsTable(study, records),
                {.caption = "Every trial. Its options, record and log are in "
                            "trials/<id>/.",
                 .id = "trials",
                 .file = "trials.csv"});
}

}  // namespace

std::string ReportHtml(const std::string& study_folder,
                       const Analysis& analysis, const Records& records,
                       const DrawnFigures& figures) {
  const Study& study = analysis.study;
  const auto drawn = [&figures](const std::vector<FigureKind>& kinds) {
    return FiguresHtml(figures, kinds);
  };
  const std::vector<PageSection> sections = {
      {"findings", "Findings", FindingsHtml(analysis)},
      {"comparison",
       study.axes.empty() ? "Results in tandem" : "The axes compared",
       ComparisonHtml(analysis)},
      {"curves", "Results against axes", drawn({FigureKind::kCurves})},
      {"plane", "Robustness and compressibility",
       drawn({FigureKind::kPlane, FigureKind::kNormalized})},
      {"grids", "Two axes together", drawn({FigureKind::kHeatMaps})},
      {"dynamics", "By step", drawn({FigureKind::kDynamics})},
      {"pictures", "Pictures",
       PicturesSection(study_folder, analysis, records)},
      {"every-configuration", "Every configuration",
       ConfigurationsHtml(analysis, records)},
      {"every-trial", "Every trial", TrialsHtml(study, records)},
      {"failed-trials", "Failures and divergence",
       FailuresHtml(study, records)},
      {"data", "Data", DataHtml(records)},
      {"reproduction", "Reproduce it", ReproductionHtml(study, records)}};
  return HtmlPage(study.name, Lead(analysis, records, figures), sections);
}

absl::Status WriteReportHtml(const std::string& study_folder,
                             const Analysis& analysis, const Records& records,
                             const DrawnFigures& figures) {
  return Folder(study_folder)
      .Write("report.html",
             ReportHtml(study_folder, analysis, records, figures));
}

}  // namespace bigstep
