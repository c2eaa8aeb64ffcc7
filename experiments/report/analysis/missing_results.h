// Warnings about results that are not there.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_MISSING_RESULTS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_MISSING_RESULTS_H_

#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// A sentence for each column of the study whose result some of the completed
// trials have and others lack, so that its means are over fewer trials than
// completed. An undefined result (null) is not lacking. One more if no trial
// completed and some diverged; `total` counts the trials.
std::vector<std::string> MissingResultWarnings(const Study& study,
                                               const Records& records,
                                               const TrialCounts& total);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_MISSING_RESULTS_H_
