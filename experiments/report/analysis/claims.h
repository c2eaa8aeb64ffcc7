// Judges the claims of a study by its records.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_CLAIMS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_CLAIMS_H_

#include <optional>
#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/analysis/significance.h"

namespace bigstep {

// Judges Study::claims. All comparisons of all claims are one family, corrected
// by Holm. A claim of several comparisons is supported if all of them are on
// its side, and contradicted if any is on the other. Says so if a verdict
// changes in one of the analysis's alternatives. Claims that were withdrawn
// follow, without a test.
std::vector<Verdict> JudgeClaims(const Analysis& analysis,
                                 const Records& records);

// What records show of a claim's measure (of several comparisons, of the one
// that is hardest to decide), less its bound and turned so that it is positive
// on the claim's side.
struct Pilot {
  double effect = 0;  // The mean over seeds.
  double std = 0;     // Over seeds.
  int n = 0;          // Seeds, at least two.
};

// How a claim is tested.
struct ClaimDesign {
  double level = kSignificance;
  int comparisons = 0;  // Of all claims, withdrawn ones included.
  int least_seeds = kLeastSeeds;
  std::optional<Pilot> pilot = {};
};
std::vector<ClaimDesign> DesignsOfClaims(const Analysis& analysis,
                                         const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_CLAIMS_H_
