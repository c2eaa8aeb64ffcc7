// The values that tie for the best, in words.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TIES_TEXT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TIES_TEXT_H_

#include <string>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// ", tied with 0.3, 1": labels on the axis, or names of configurations where
// the best of all is chosen; empty without ties.
std::string TiesText(const Study& study, const Best& best);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TIES_TEXT_H_
