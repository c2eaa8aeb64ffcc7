// Expands the sweeps of a spec into configurations.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_EXPAND_H_
#define BIGSTEP_EXPERIMENTS_PLAN_EXPAND_H_

#include <functional>

#include "base/problems.h"
#include "experiments/plan/configuration_reader.h"
#include "experiments/records/study.h"
#include "experiments/spec/spec.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// Takes a configuration; `settings` have no metrics and no seed.
using ConfigurationSink =
    std::function<void(const Configuration& configuration,
                       TrialSettings settings, const TrialIdentity& identity)>;

// Passes every configuration of every sweep to `sink`, sweeps in the order of
// the spec; within a sweep, the last axis varies fastest. Configurations with
// errors are not passed. Errors are: values that cannot be set or read, axes
// that undo each other, axes and values that change nothing, conditions that
// never hold. `reader` must be new.
void ExpandSweeps(const Spec& spec, ConfigurationReader& reader,
                  const ConfigurationSink& sink, Problems& problems);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_EXPAND_H_
