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
    "Mean ± sample standard deviation (n - 1) over the completed trials of a "
    "setting, one trial a seed. Collapsed trials (no better than guessing on "
    "the training data) count as completed; diverged ones (NaN or infinite "
    "loss) have no values.";
inline constexpr char kArrowsRule[] = "↑ higher is better, ↓ lower.";

// The rule by which values are chosen and reported, in a sentence or two.
inline std::string SelectionRule(const Study& study) {
  if (study.selection.empty()) {
    return "Results at the last step; no setting and no step was selected.";
  }
  return absl::StrCat(
      "Best setting of an axis: the ", SelectionText(study, study.best_by()),
      ", averaged over the seeds, among the settings that vary this axis alone "
      "and whose "
      "trials all completed. Results at the last step; no step was selected.");
}

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

// The study's question and the rule of selection.
inline std::string CaptionOf(const Study& study) {
  return absl::StrCat(study.question, study.question.empty() ? "" : " ",
                      SelectionRule(study));
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_RULES_H_
