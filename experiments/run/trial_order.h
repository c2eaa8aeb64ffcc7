// Which trial to run next: the longest first, so that the last ones to end are
// short and no worker waits long for another.
#ifndef BIGSTEP_EXPERIMENTS_RUN_TRIAL_ORDER_H_
#define BIGSTEP_EXPERIMENTS_RUN_TRIAL_ORDER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "experiments/plan/plan.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// Guesses how long trials take from those that were trained.
class CostModel {
 public:
  // A trial with these settings took `seconds` for `steps` steps.
  void Add(const TrialSettings& settings, int64_t steps, double seconds);

  // Seconds for the trial's whole budget: by step, from trials with equal
  // dataset, model, optimizer passes and batch size; else by example and pass,
  // from those with equal dataset and model, else from all; before anything was
  // added, a tenth of a microsecond each.
  double Estimate(const TrialSettings& settings) const;

 private:
  struct Rate {
    double seconds = 0;
    double units = 0;
  };

  std::map<std::string, Rate> rates_;
};

// How often the optimizer goes through the network in a step: once, and once
// more for each optimizer that it has as an option (the perturbed step of sam
// and asam).
int OptimizerPasses(const TrialSettings& settings);

// The positions of `trials` in the order to run them, given what each costs:
// from the longest to the shortest, where costs within the same power of 1.5
// count as equal. Among equals by seed, so that a table over all settings is
// there early; then by dataset, so that equal data follow each other; then as
// they stand.
std::vector<size_t> LongestFirst(const std::vector<const Trial*>& trials,
                                 const std::vector<double>& costs);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_TRIAL_ORDER_H_
