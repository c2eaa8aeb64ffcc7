// The plan: a spec expanded into trials, in a fixed order. No input or output.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_PLAN_H_
#define BIGSTEP_EXPERIMENTS_PLAN_PLAN_H_

#include <string>
#include <vector>

#include "base/json.h"
#include "base/problems.h"
#include "experiments/records/study.h"
#include "experiments/spec/spec.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

struct Trial {
  std::string id;
  TrialSettings settings;
  // Positions in Plan::configurations; several if sweeps share a setting, which
  // is then trained once.
  std::vector<size_t> configurations;
};

struct Plan {
  std::string study;
  std::string question;
  std::string reference;  // See Study.
  std::string selection;  // See Study.
  bool selection_lower = false;
  std::vector<StudyAxis>
      axes;  // Those that configurations have axis_values of.
  std::vector<Column> columns;
  std::vector<Configuration> configurations;  // Every row, in order.
  std::vector<Trial> trials;                  // Without repetition, row by row.
};

// Expands `spec`: sweeps in the order of the spec; within a sweep, the last
// axis varies fastest, then the seed. Trials that are equal are merged. What is
// wrong with any of them goes to `problems`; the plan is then incomplete.
Plan MakePlan(const Spec& spec, Problems& problems);

// What reports need of the plan.
Study StudyOf(const Plan& plan);

// The plan as a spec with every trial written out, all options included: read
// back, it gives an equal plan.
Json PlanToSpec(const Plan& plan);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_PLAN_H_
