// The claims of a spec, checked against what its plan holds.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_PLAN_CLAIMS_H_
#define BIGSTEP_EXPERIMENTS_PLAN_PLAN_CLAIMS_H_

#include <vector>

#include "base/problems.h"
#include "experiments/records/study.h"
#include "experiments/spec/spec.h"

namespace bigstep {

// Adds the claims of `spec` to `study`, whose axes and configurations are
// known; `all` are the results of its metrics. Adds an error for each result,
// axis and value that does not exist, or that its claim cannot use.
void AddClaims(const Spec& spec, const std::vector<Column>& all, Study& study,
               Problems& problems);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_PLAN_CLAIMS_H_
