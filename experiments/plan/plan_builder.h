// Collects the configurations and trials of a plan.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_PLAN_BUILDER_H_
#define BIGSTEP_EXPERIMENTS_PLAN_PLAN_BUILDER_H_

#include <cstddef>
#include <string>
#include <unordered_map>

#include "experiments/plan/plan.h"

namespace bigstep {

class PlanBuilder {
 public:
  explicit PlanBuilder(Plan& plan) : plan_(plan) {}

  // The position of a configuration, which is added at the end if it is new.
  size_t AddConfiguration(const Configuration& configuration);

  const Study& study() const { return plan_.study; }

  // Adds a trial, unless an equal one was added, to the configuration at
  // `position`.
  void AddTrial(std::string id, const TrialSettings& settings, size_t position);

 private:
  Plan& plan_;
  std::unordered_map<std::string, size_t> trials_;          // By id.
  std::unordered_map<std::string, size_t> configurations_;  // By name.
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_PLAN_BUILDER_H_
