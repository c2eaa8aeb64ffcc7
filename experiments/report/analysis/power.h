// How many seeds a claim needs.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_POWER_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_POWER_H_

#include <optional>
#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/analysis/significance.h"

namespace bigstep {

// The power of Student's two-sided test of `n` seeds with this error, for a
// mean of `effect` standard deviations over seeds.
double PowerOf(int n, double effect, double error);

// The least number of seeds, from `least` on, with a power of 80 %; nothing if
// 10,000 are too few.
std::optional<int> SeedsForPower(double effect, double error,
                                 int least = kLeastSeeds);

// A line for each claim of the study: how many seeds it needs for a power of
// 80 %, its comparison being tested as strictly as the first of all claims'
// (Holm). For an effect of `effect` standard deviations over seeds or, if that
// is zero, for the one that the records show; without records, for effects of
// 1 and 2 standard deviations.
std::vector<std::string> DescribePower(const Analysis& analysis,
                                       const Records& records, double effect);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_POWER_H_
