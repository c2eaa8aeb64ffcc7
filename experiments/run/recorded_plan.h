// A plan without its spec: the trials of a results folder, with metrics that
// they do not have yet.
#ifndef BIGSTEP_EXPERIMENTS_RUN_RECORDED_PLAN_H_
#define BIGSTEP_EXPERIMENTS_RUN_RECORDED_PLAN_H_

#include <string>

#include "absl/status/statusor.h"
#include "experiments/plan/plan.h"

namespace bigstep {

// The study in the folder and its finished trials, to be measured by
// `metrics` too: a name, a choice with options, or a list of these, as in a
// spec. Their settings have these metrics alone. A trial whose settings have
// another id today is left out, which `note` then says; FailedPrecondition if
// no other is left. InvalidArgument if `metrics` are not that, or one is
// measured during training and so needs the spec; else the errors of ReadStudy
// and ReadRecord.
absl::StatusOr<Plan> PlanToMeasure(const std::string& study_folder,
                                   const std::string& metrics,
                                   std::string* note);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_RECORDED_PLAN_H_
