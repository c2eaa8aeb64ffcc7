// The findings of a study, in sentences.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_FINDINGS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_FINDINGS_H_

#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// The rule by which values are chosen and reported, in a sentence or two, for
// the foot of every table.
std::string SelectionRule(const Study& study);

// Answers the study's question in short sentences with figures, about the first
// compared results, the reference axis first. Says what is missing if the study
// is not complete.
std::vector<std::string> Findings(const Analysis& analysis);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_FINDINGS_H_
