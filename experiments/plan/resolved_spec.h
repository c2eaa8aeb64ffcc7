// A plan as a spec with every trial written out, as --resolve prints it.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_RESOLVED_SPEC_H_
#define BIGSTEP_EXPERIMENTS_PLAN_RESOLVED_SPEC_H_

#include "base/json.h"
#include "base/problems.h"
#include "experiments/plan/plan.h"
#include "experiments/plan/plan_builder.h"
#include "experiments/spec/spec.h"

namespace bigstep {

// The spec, all options included: read back, it gives an equal plan.
Json PlanToSpec(const Plan& plan);

// Adds the configurations and trials that `spec` writes out.
void AddResolvedTrials(const Spec& spec, PlanBuilder& builder,
                       Problems& problems);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_RESOLVED_SPEC_H_
