// How long trials take, estimated from those that have a record.
#ifndef BIGSTEP_EXPERIMENTS_RUN_COST_MODEL_H_
#define BIGSTEP_EXPERIMENTS_RUN_COST_MODEL_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "experiments/plan/plan.h"
#include "experiments/records/record.h"
#include "experiments/run/identity_cache.h"
#include "experiments/run/resume.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

class CostModel {
 public:
  struct Estimate {
    double seconds = 0;
    // Whether trials like this one were completed; otherwise `seconds` is only
    // good for comparing trials.
    bool known = false;
    // Whether steps of such trials were timed: `seconds` is that of all steps.
    bool timed = false;
  };

  // Learns from the record of a trial with these settings. Failed trials and
  // those that took no time are ignored.
  void Add(const TrialSettings& settings, const Record& record);

  // Learns how long a step of a trial with these settings takes.
  void AddStep(const TrialSettings& settings, double seconds);

  // Equal for trials whose times Of() treats as equal.
  std::string KindOf(const TrialSettings& settings) {
    return Classes(settings, 0).front().first;
  }

  // The time of a whole trial, from the first of these that exist:
  //  - completed trials with equal dataset, model, training options and
  //    optimizer (by name): their mean, with `known` set;
  //  - trials with equal dataset, model, optimizer passes, batch size and
  //    precision: by step;
  //  - trials with equal dataset and model: by example and pass;
  //  - all trials: by example and pass.
  // Before anything was added, a tenth of a microsecond per example and pass.
  // `max_steps` is the trial's budget; 0: that of its settings, or, if it is
  // given in epochs, a guess.
  Estimate Of(const TrialSettings& settings, int64_t max_steps = 0);

 private:
  struct Rate {
    double seconds = 0;
    double units = 0;
  };

  // The rates that a trial counts for: the keys, and how many units `steps`
  // steps are. From the narrowest to the widest.
  std::vector<std::pair<std::string, double>> Classes(
      const TrialSettings& settings, int64_t steps);

  IdentityCache identities_;
  std::map<std::string, Rate> rates_;
  std::set<std::string> timed_;  // Narrow classes with a timed step.
};

// A model that knows all records of the plan.
CostModel LearnCosts(const Plan& plan, const FolderContent& content);

// How often the optimizer runs the network in a step: once, and once more for
// each nested optimizer (the perturbed step of sam and asam).
int OptimizerPasses(const TrialSettings& settings);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_COST_MODEL_H_
