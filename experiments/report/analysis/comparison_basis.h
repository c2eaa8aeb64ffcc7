// The basis on which the configurations of a study are compared.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_COMPARISON_BASIS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_COMPARISON_BASIS_H_

#include <string>

#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// Whether trials were trained to an equal fit, for equal steps or for equal
// epochs, in a sentence; and what weakens the comparison: trials that did not
// converge or, without a fit to reach, configurations whose training accuracies
// differ. Empty before there are records.
std::string DescribeBasis(const Study& study, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_COMPARISON_BASIS_H_
