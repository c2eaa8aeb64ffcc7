// Expands the sweeps of a spec into settings.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_EXPAND_H_
#define BIGSTEP_EXPERIMENTS_PLAN_EXPAND_H_

#include <functional>

#include "base/problems.h"
#include "experiments/plan/configuration.h"
#include "experiments/records/study.h"
#include "experiments/spec/spec.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// Takes a setting, without metrics and seed.
using ConfigurationSink =
    std::function<void(const Configuration& configuration,
                       TrialSettings settings, const TrialIdentity& identity)>;

// Hands every setting of every sweep to `sink`, sweeps in the order of the
// spec; within a sweep, the last axis varies fastest. What is wrong goes to
// `problems`: values that cannot be set or read, axes that undo each other,
// axes and values that change nothing, conditions that never hold. `reader` has
// read nothing else. Settings that are wrong are not handed out.
void ExpandSweeps(const Spec& spec, ConfigurationReader& reader,
                  const ConfigurationSink& sink, Problems& problems);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_EXPAND_H_
