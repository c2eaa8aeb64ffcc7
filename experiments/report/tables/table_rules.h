// The rules printed below tables and in their captions.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_RULES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_RULES_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/analysis/selection.h"
#include "experiments/report/tables/table.h"

namespace bigstep {

inline constexpr char kMeansRule[] =
    "Mean ± standard deviation over the completed trials of a setting, one a "
    "seed. Collapsed trials (no better than guessing) count, diverged ones "
    "have no values.";
inline constexpr char kArrowsRule[] = "↑ higher is better, ↓ lower.";

// The rule by which values are chosen and reported, in a sentence or two. More
// is in docs/statistics.md.
inline std::string SelectionRule(const Study& study) {
  if (study.selection.empty()) {
    return "Results at the last step; no setting was selected.";
  }
  return absl::StrCat(
      "Best: the ", SelectionText(study, study.best_by()),
      ", averaged over seeds, of the settings that vary the axis alone and "
      "completed. Results at the last step.");
}

// What axes set beside their own option, a sentence each, with a blank before
// each; empty if none does.
std::string WithRule(const Study& study);

// Analysis::warnings as text before a rule, and as paragraphs of Markdown.
inline std::string WarningsText(const Analysis& analysis) {
  std::string text;
  for (const std::string& warning : analysis.warnings) {
    absl::StrAppend(&text, warning, " ");
  }
  return text;
}
inline std::string WarningsMarkdown(const Analysis& analysis) {
  std::string text;
  for (const std::string& warning : analysis.warnings) {
    absl::StrAppend(&text, EscapeMarkdown(warning), "\n\n");
  }
  return text;
}

// The study's question and what the table holds.
inline std::string CaptionOf(const Study& study, const std::string& what) {
  return absl::StrCat(study.question, study.question.empty() ? "" : " ", what);
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_RULES_H_
