// The plan: a spec expanded into trials, in a fixed order. No input or output.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_PLAN_H_
#define BIGSTEP_EXPERIMENTS_PLAN_PLAN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/problems.h"
#include "experiments/records/study.h"
#include "experiments/spec/spec.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

struct Trial {
  std::string id;
  TrialSettings settings;
  // Positions in Study::configurations; several if sweeps share a
  // configuration, which is then trained once.
  std::vector<size_t> configurations;
};

struct Plan {
  Study study;
  std::vector<Trial> trials;  // As Study::trials, with their settings.
};

// Expands `spec`: sweeps in the order of the spec; within a sweep, the last
// axis varies fastest, then the seed. Equal trials are merged. After an error,
// the plan is incomplete.
Plan MakePlan(const Spec& spec, Problems& problems);

// The name of a trial in messages, passed through VisibleText: "lr=0.1 seed 1".
std::string TrialLabel(const Plan& plan, const Trial& trial);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_PLAN_H_
