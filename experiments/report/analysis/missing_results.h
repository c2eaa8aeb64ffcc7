// Warnings about completed trials that lack results which others have.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_MISSING_RESULTS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_MISSING_RESULTS_H_

#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// A sentence for each column of the study whose result some of the completed
// trials have and others lack, so that its means are over fewer trials than
// completed. An undefined result (null) is not lacking.
std::vector<std::string> MissingResultWarnings(const Study& study,
                                               const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_MISSING_RESULTS_H_
