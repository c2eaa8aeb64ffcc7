// The findings of a study, in sentences.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_FINDINGS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_FINDINGS_H_

#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// Answers the study's question in short sentences with figures, about the first
// compared results, the reference axis first. Says what is missing if the study
// is not complete.
std::vector<std::string> Findings(const Analysis& analysis);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_FINDINGS_H_
