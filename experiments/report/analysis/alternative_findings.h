// Whether the conclusions of a study survive other ways to compare.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_ALTERNATIVE_FINDINGS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_ALTERNATIVE_FINDINGS_H_

#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// A sentence for each of the study's further selections: the best value of the
// reference axis by it, and which verdicts it changes. One more if leaving out
// the trials that were lost, collapsed or did not converge changes a verdict.
std::vector<std::string> AlternativeFindings(const Analysis& analysis);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_ALTERNATIVE_FINDINGS_H_
