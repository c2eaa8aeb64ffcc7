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

// The values of the reference axis's option at which the others vary alone:
// "The other axes vary at lr=0.03: momentum, l2; at lr=0.2: fast_l2." Empty
// without a reference or before there are records of others.
std::string DescribeReferenceValues(const Study& study, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_COMPARISON_BASIS_H_
