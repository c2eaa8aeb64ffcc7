// The claims of a spec, checked against what its plan holds.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_PLAN_CLAIMS_H_
#define BIGSTEP_EXPERIMENTS_PLAN_PLAN_CLAIMS_H_

#include "base/problems.h"
#include "experiments/plan/study_results.h"
#include "experiments/records/study.h"
#include "experiments/spec/spec.h"

namespace bigstep {

// Adds the claims of `spec` to `study`, whose axes and configurations are
// known; `results` are those of its metrics. Adds an error for each result,
// axis and value that does not exist, or that its claim cannot use.
void AddClaims(const Spec& spec, const StudyResults& results, Study& study,
               Problems& problems);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_PLAN_CLAIMS_H_
