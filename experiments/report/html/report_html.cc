#include "experiments/report/html/report_html.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/html_text.h"
#include "experiments/report/analysis/report_provenance.h"
#include "experiments/report/html/html_page.h"
#include "experiments/report/html/html_table.h"
#include "experiments/report/html/report_pictures.h"
#include "experiments/report/html/report_tables.h"

namespace bigstep {
namespace {

// Of pictures in a page, before they are encoded.
constexpr size_t kPictureBytes = 1500000;
// Rows of lists that no script shortens.
constexpr size_t kMaxFacts = 500;

std::string Paragraph(const std::string& text, const std::string& kind) {
  return absl::StrCat("<p class=\"", kind, "\">", EscapeHtml(text), "</p>\n");
}

std::string Lead(const Analysis& analysis, const DrawnFigures& figures) {
  std::string html =
      absl::StrCat("<h1>", EscapeHtml(analysis.study.name), "</h1>\n");
  if (!analysis.study.question.empty()) {
    html += Paragraph(analysis.study.question, "question");
  }
  for (const std::string& note : figures.notes) html += Paragraph(note, "note");
  return html;
}

std::string Folded(const std::string& summary, const std::string& html) {
  return absl::StrCat("<details><summary>", EscapeHtml(summary), "</summary>\n",
                      html, "</details>\n");
}

std::string FindingsHtml(const Analysis& analysis) {
  // A study of many axes and results has much to say.
  constexpr size_t kAtOnce = 16;
  std::string first, rest;
  size_t count = 0;
  for (const std::string& sentence : Findings(analysis)) {
    absl::StrAppend(count++ < kAtOnce ? &first : &rest, "<li>",
                    EscapeHtml(sentence), "</li>\n");
  }
  std::string html = absl::StrCat("<ul class=\"answer\">\n", first, "</ul>\n");
  if (!rest.empty()) {
    html += Folded(absl::StrCat(count - kAtOnce, " more sentences"),
                   absl::StrCat("<ul class=\"answer\">\n", rest, "</ul>\n"));
  }
  const TableRow& total = analysis.total;
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

// `facts` as a table; of too many, the first.
std::string FactsHtml(const std::string& caption, Facts facts) {
  const size_t count = facts.size();
  if (count > kMaxFacts) facts.resize(kMaxFacts);
  return absl::StrCat(
      KeysToHtml(caption, facts),
      count > kMaxFacts
          ? Paragraph(absl::StrCat("The first ", kMaxFacts, " of ", count,
                                   "; each trial's own are in "
                                   "trials/<id>/trial.yaml."),
                      "quiet")
          : "");
}

std::string SettingsHtml(const Analysis& analysis, const Records& records) {
  std::string html =
      absl::StrCat(ToHtml(SettingsTable(analysis)),
                   Paragraph(SelectionRule(analysis.study), "quiet"));
  if (records.empty()) return html;
  return absl::StrCat(
      html,
      Folded("The options in which settings differ",
             FactsHtml("Options as trials had them, defaults included.",
                       DifferingOptions(analysis.study, records))),
      Folded("The options that all trials share",
             FactsHtml("Options as trials had them, defaults included.",
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

std::string TroublesHtml(const Study& study, const Records& records) {
  const DataTable troubles = FailuresTable(study, records);
  if (troubles.num_rows() == 0) {
    return Paragraph("No finished trial failed, diverged or collapsed.",
                     "quiet");
  }
  return ToHtml(troubles);
}

std::string AgainHtml(const Study& study, const Records& records) {
  const std::string html = absl::StrCat(
      "<pre>", EscapeHtml(ReproductionCommands(study, records)), "</pre>\n");
  if (records.empty()) return html;
  return absl::StrCat(html,
                      FactsHtml("What the records say of how they were made.",
                                ProvenanceFacts(records)));
}

}  // namespace

std::string ReportHtml(const std::string& study_folder,
                       const Analysis& analysis, const Records& records,
                       const DrawnFigures& figures) {
  const Study& study = analysis.study;
  const std::string axes = AxesHtml(analysis);
  const std::string rule = Paragraph(SelectionRule(study), "quiet");
  const auto drawn = [&figures](const std::vector<FigureKind>& kinds) {
    return FiguresHtml(figures, kinds);
  };
  const std::vector<PageSection> sections = {
      {"answer", "Answer", FindingsHtml(analysis)},
      {"comparison", axes.empty() ? "Results in tandem" : "The axes compared",
       axes.empty() ? TandemHtml(analysis)
                    : absl::StrCat(axes, rule, TandemHtml(analysis))},
      {"curves", "Results against knobs", drawn({FigureKind::kCurves})},
      {"plane", "Robustness and compressibility",
       drawn({FigureKind::kPlane, FigureKind::kNormalized})},
      {"grids", "Two axes together", drawn({FigureKind::kHeatMaps})},
      {"dynamics", "By step", drawn({FigureKind::kDynamics})},
      {"pictures", "Pictures",
       PicturesSection(study_folder, analysis, records)},
      {"every-setting", "Every setting", SettingsHtml(analysis, records)},
      {"every-trial", "Every trial", ToHtml(TrialsTable(analysis, records))},
      {"troubles-of-trials", "Failures and divergence",
       TroublesHtml(study, records)},
      {"again", "Make it again", AgainHtml(study, records)}};
  return HtmlPage(study.name, Lead(analysis, figures), sections);
}

absl::Status WriteReportHtml(const std::string& study_folder,
                             const Analysis& analysis, const Records& records,
                             const DrawnFigures& figures) {
  return WriteFileAtomically(
      absl::StrCat(study_folder, "/report.html"),
      ReportHtml(study_folder, analysis, records, figures));
}

}  // namespace bigstep
