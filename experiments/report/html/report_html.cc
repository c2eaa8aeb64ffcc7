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
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/analysis/report_provenance.h"
#include "experiments/report/html/facts_html.h"
#include "experiments/report/html/figures_html.h"
#include "experiments/report/html/html_page.h"
#include "experiments/report/html/report_pictures.h"
#include "experiments/report/html/verdicts_html.h"
#include "experiments/report/tables/axes_table.h"
#include "experiments/report/tables/table.h"
#include "experiments/report/tables/tables.h"
#include "experiments/report/tables/tandem_table.h"
#include "experiments/report/tables/trials_table.h"

namespace bigstep {
namespace {

// Pictures in a page, before they are encoded.
constexpr size_t kPictureBytes = 1500000;
// Warnings about data at the top.
constexpr size_t kMaxWarnings = 10;

std::string Lead(const Analysis& analysis, const std::vector<RecordedData>& all,
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
  for (const RecordedData& data : all) {
    for (const std::string& warning : DataWarnings(data.record->data)) {
      if (warnings.size() == kMaxWarnings) break;
      if (!warnings.insert(warning).second) continue;
      html += Paragraph(absl::StrCat("Data: ", warning), "note");
    }
  }
  return html;
}

// How the study's claims came out.
std::vector<VerdictLine> VerdictLines(const Analysis& analysis) {
  std::vector<VerdictLine> lines;
  for (const Verdict& verdict : analysis.verdicts) {
    lines.push_back({verdict.id, verdict.says,
                     ClaimOutcomeName(verdict.outcome), verdict.sentence,
                     verdict.figure, verdict.post_hoc});
  }
  return lines;
}

std::vector<std::string> FigureNames(const DrawnFigures& figures) {
  std::vector<std::string> names;
  for (const DrawnFigure& drawn : figures.figures) {
    names.push_back(drawn.figure.name);
  }
  return names;
}

std::string FindingsHtml(const Analysis& analysis) {
  constexpr size_t kAtOnce = 6;
  std::string first, rest;
  size_t count = 0;
  for (const std::string& sentence : Findings(analysis)) {
    absl::StrAppend(count++ < kAtOnce ? &first : &rest, "<li>",
                    SentenceHtml(sentence), "</li>\n");
  }
  std::string html =
      absl::StrCat("<ul class=\"findings\">\n", first, "</ul>\n");
  if (rest.empty()) return html;
  return html +
         Folded(CountText(count - kAtOnce, "more sentence"),
                absl::StrCat("<ul class=\"findings\">\n", rest, "</ul>\n"));
}

std::string ConfigurationsHtml(const Analysis& analysis,
                               const Records& records) {
  return absl::StrCat(
      ToHtml(ConfigurationsTable(analysis),
             {.caption = "Mean ± standard deviation over n completed trials.",
              .id = "configurations",
              .file = "table.csv"}),
      OptionsHtml(analysis.study, records));
}

std::string PicturesSection(const std::string& study_folder,
                            const Analysis& analysis, const Records& records) {
  size_t left_out = 0;
  std::string html = PicturesHtml(
      FindPictures(study_folder, analysis, records, kPictureBytes, &left_out));
  if (left_out > 0) {
    html += Paragraph(absl::StrCat(CountText(left_out, "more picture"),
                                   left_out == 1 ? " is" : " are",
                                   " beside the records, in trials/<id>/."),
                      "quiet");
  }
  return html;
}

// Nothing if every finished trial learned.
std::string FailuresHtml(const Study& study, const Records& records) {
  const Table failures = FailuresTable(study, records);
  if (failures.rows.empty()) return "";
  return ToHtml(
      failures,
      {.caption = "Trials that failed, diverged, collapsed or did not "
                  "converge.",
       .id = "failures",
       .file = "trials.csv"});
}

// The axes compared, then the best configurations in all results at once.
std::string ComparisonHtml(const Analysis& analysis) {
  const Study& study = analysis.study;
  std::string html =
      analysis.basis.empty() ? "" : Paragraph(analysis.basis, "basis");
  if (!study.axes.empty()) {
    absl::StrAppend(
        &html,
        ToHtml(AxesTable(analysis),
               {absl::StrCat(
                   "Each axis at its best value: mean ± standard "
                   "deviation over seeds",
                   study.reference.empty()
                       ? ""
                       : absl::StrCat(", difference from the best ",
                                      study.reference, " with 95 % interval"),
                   ".")}),
        Paragraph(AxesRules(analysis), "quiet"));
  }
  const Table tandem = TandemTable(analysis);
  if (tandem.rows.empty()) return html;
  return absl::StrCat(
      html,
      ToHtml(tandem, {"In tandem: the mean of the parts, each from 0 (worst "
                      "configuration of the study) to 1 (best), without those "
                      "that collapsed in most trials."}));
}

std::string TrialsHtml(const Study& study, const Records& records) {
  return Folded(
      study.trials.size() == 1
          ? "The trial"
          : absl::StrCat("All ", study.trials.size(), " trials"),
      ToHtml(TrialsTable(study, records, /*with_csv=*/false),
             {.caption = "Options, record and log of each are in trials/<id>/.",
              .id = "trials",
              .file = "trials.csv"}));
}

// How far the study is.
std::string ProgressHtml(const TrialCounts& total, int refresh_s) {
  const int done = total.trials - total.missing;
  if (total.missing == 0) return "";
  return absl::StrCat("<p class=\"progress\" role=\"status\"><progress max=\"",
                      total.trials, "\" value=\"", done, "\"></progress> ",
                      done, " of ", CountText(total.trials, "trial"),
                      " finished, ", total.missing, " missing.",
                      refresh_s > 0
                          ? absl::StrCat(" This page reloads every ", refresh_s,
                                         " seconds until they are.")
                          : "",
                      "</p>\n");
}

}  // namespace

std::string ReportHtml(const std::string& study_folder,
                       const Analysis& analysis, const Records& records,
                       const DrawnFigures& figures, int refresh_s) {
  const Study& study = analysis.study;
  const auto drawn = [&figures](const std::vector<FigureKind>& kinds) {
    constexpr size_t kAtOnce = 5;
    return FiguresHtml(figures, kinds, kAtOnce);
  };
  const std::vector<RecordedData> data = DataOfRecords(records);
  const std::vector<PageSection> sections = {
      {"verdicts", "Verdicts",
       VerdictsHtml(VerdictLines(analysis), FigureNames(figures))},
      {"findings", "Findings", FindingsHtml(analysis)},
      {"plane", "Robustness and compressibility", drawn({FigureKind::kPlane})},
      {"comparison",
       study.axes.empty() ? "Results in tandem" : "The axes compared",
       ComparisonHtml(analysis)},
      {"curves", "Results along each axis",
       drawn({FigureKind::kCurves, FigureKind::kDerived,
              FigureKind::kNormalized})},
      {"dynamics", "Learning curves", drawn({FigureKind::kDynamics})},
      {"grids", "Two axes together", drawn({FigureKind::kHeatMaps})},
      {"random", "Random search", drawn({FigureKind::kRandom})},
      {"pictures", "Pictures",
       PicturesSection(study_folder, analysis, records)},
      {"every-configuration", "Every configuration",
       ConfigurationsHtml(analysis, records)},
      {"every-trial", "Every trial", TrialsHtml(study, records)},
      {"failed-trials", "Failures and divergence",
       FailuresHtml(study, records)},
      {"data", "Data", DataHtml(data)},
      {"provenance", "Provenance", ProvenanceHtml(records)},
      {"spec", "The spec", SpecHtml(study)},
      {"reproduction", "Reproduce it",
       CommandsHtml(study_folder, study, records)}};
  return HtmlPage(
      study.name,
      Lead(analysis, data, figures) + ProgressHtml(analysis.total, refresh_s),
      sections, analysis.total.missing > 0 ? refresh_s : 0);
}

absl::Status WriteReportHtml(const std::string& study_folder,
                             const Analysis& analysis, const Records& records,
                             const DrawnFigures& figures, int refresh_s) {
  return Folder(study_folder)
      .Write("report.html",
             ReportHtml(study_folder, analysis, records, figures, refresh_s));
}

}  // namespace bigstep
