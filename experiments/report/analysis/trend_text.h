// Trends in words.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TREND_TEXT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TREND_TEXT_H_

#include <string>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// "rises with lr (rank correlation +0.94 [+0.80, +1.00], n = 5, ...)".
std::string TrendText(const Correlation& correlation);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TREND_TEXT_H_
