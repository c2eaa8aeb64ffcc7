// What limits the verdict on a claim, in words.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_CLAIM_LIMITS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_CLAIM_LIMITS_H_

#include <string>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// " 3 of its trials did not converge. 2 of its trials have no value (diverged,
// failed, missing or undefined)."; empty if neither, or if no trial has a value
// yet.
std::string ClaimLimits(const Study& study, const Records& records,
                        const Claim& claim);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_CLAIM_LIMITS_H_
