// What chooses the best configuration, in words.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_SELECTION_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_SELECTION_H_

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "experiments/records/study.h"

namespace bigstep {

// What kind of data selects: "oracle" (validation data without the bias, which
// practitioners lack), "in-distribution" (the groups of validation data
// weighted as in the training data), "worst group" (which takes labels of
// groups), "test data, so optimistic"; empty if the name of the result does not
// say. Of several, test data, then the worst group.
inline std::string SelectionKind(absl::string_view result) {
  if (absl::StrContains(result, "_test") ||
      absl::StrContains(result, ".test_")) {
    return "test data, so optimistic";
  }
  if (absl::StrContains(result, "worst_group")) return "worst group";
  if (absl::StrContains(result, "unbiased")) return "oracle";
  return absl::StrContains(result, "adjusted_average") ? "in-distribution" : "";
}

// "highest unbiased validation accuracy (oracle)".
inline std::string SelectionText(const Study& study,
                                 const Selection& selection) {
  const std::string kind = SelectionKind(selection.result);
  return absl::StrCat(selection.lower ? "lowest " : "highest ",
                      study.TitleOf(selection.result), kind.empty() ? "" : " (",
                      kind, kind.empty() ? "" : ")");
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_SELECTION_H_
