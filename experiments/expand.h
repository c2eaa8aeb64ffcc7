// Expands the blocks of a spec into settings.
#ifndef BIGSTEP_EXPERIMENTS_EXPAND_H_
#define BIGSTEP_EXPERIMENTS_EXPAND_H_

#include <functional>

#include "base/problems.h"
#include "experiments/sections.h"
#include "experiments/spec.h"
#include "experiments/study.h"
#include "experiments/trial.h"

namespace bigstep {

// Takes a setting, without metrics and seed.
using SettingSink = std::function<void(const Cell& cell, TrialSettings settings,
                                       const TrialIdentity& identity)>;

// Hands every setting of every block to `sink`, blocks in the order of the
// spec; within a block, the last axis varies fastest. What is wrong goes to
// `problems`: values that cannot be set or read, axes that undo each other,
// axes and values that change nothing, conditions that never hold. `reader` has
// read nothing else. Settings that are wrong are not handed out.
void ExpandBlocks(const Spec& spec, SettingReader& reader,
                  const SettingSink& sink, Problems& problems);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_EXPAND_H_
