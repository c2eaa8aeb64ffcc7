// What the records of a study say about one of its claims.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_VERDICT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_VERDICT_H_

#include <optional>
#include <string>

#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/statistics.h"

namespace bigstep {

enum class ClaimOutcome { kSupported, kContradicted, kUndecided, kWithdrawn };

// "supported", "contradicted", "undecided", "withdrawn".
inline std::string ClaimOutcomeName(ClaimOutcome outcome) {
  switch (outcome) {
    case ClaimOutcome::kSupported:
      return "supported";
    case ClaimOutcome::kContradicted:
      return "contradicted";
    case ClaimOutcome::kUndecided:
      return "undecided";
    case ClaimOutcome::kWithdrawn:
      return "withdrawn";
  }
  return "";
}

// Analysis::verdicts has one for each of Study::claims, in their order, then
// one for each of Study::withdrawn.
struct Verdict {
  std::string id;    // "C1".
  std::string says;  // The claim, in its author's words.
  ClaimOutcome outcome = ClaimOutcome::kUndecided;
  std::string bound = {};  // "margin 0.02", "at least 0.9"; may be empty.
  // What the effect is: "rank correlation with lr", "lr=1 minus l2=0.01". Of
  // several comparisons, the one that decides.
  std::string measure = {};
  std::optional<double> effect = {};
  std::optional<Interval> interval = {};   // On which the outcome rests.
  NumberStyle style = {};                  // Of effect and interval.
  int n = 0;                               // Seeds.
  std::optional<double> p = {};            // Exact, by sign flips.
  std::optional<double> p_corrected = {};  // Student's, after Holm.
  int comparisons = 0;                     // That Holm's correction counts.
  std::string figure = {};          // That shows it: "curves"; empty: none.
  bool post_hoc = false;            // Recorded after trials were done.
  std::string first_recorded = {};  // UTC, as in ISO 8601; empty: unknown.
  // Outcome, effect, interval, n and p, and what limits them, in one line.
  std::string sentence = {};
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_VERDICT_H_
