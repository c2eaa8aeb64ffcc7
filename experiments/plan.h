// The plan: a spec expanded into trials, in a fixed order. No input or output.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_H_
#define BIGSTEP_EXPERIMENTS_PLAN_H_

#include <string>
#include <vector>

#include "base/json.h"
#include "base/problems.h"
#include "experiments/spec.h"
#include "experiments/study.h"
#include "experiments/trial.h"

namespace bigstep {

struct Trial {
  std::string id;
  TrialSettings settings;
  // Positions in Plan::cells; several if blocks share a setting, which is then
  // trained once.
  std::vector<size_t> cells;
};

struct Plan {
  std::string study;
  std::string question;
  std::string reference;  // See Study.
  std::string selection;  // See Study.
  bool selection_lower = false;
  std::vector<StudyAxis> axes;  // Those that cells have knobs of.
  std::vector<Column> columns;
  std::vector<Cell> cells;    // Every row, in order.
  std::vector<Trial> trials;  // Without repetition, row by row.
};

// Expands `spec`: blocks in the order of the spec; within a block, the last
// axis varies fastest, then the seed. Trials that are equal are merged. What is
// wrong with any of them goes to `problems`; the plan is then incomplete.
Plan MakePlan(const Spec& spec, Problems& problems);

// What reports need of the plan.
Study StudyOf(const Plan& plan);

// The plan as a spec with every trial written out, all options included: read
// back, it gives an equal plan.
Json PlanToSpec(const Plan& plan);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_H_
