// Which trials of a plan are meant: --only and --shard.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_TRIAL_FILTER_H_
#define BIGSTEP_EXPERIMENTS_PLAN_TRIAL_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "experiments/plan/plan.h"

namespace bigstep {

// What is known of a trial from its record.
enum class TrialState { kMissing, kCompleted, kDiverged, kFailed };

// "missing", "completed", "diverged", "failed".
std::string StateName(TrialState state);

// Tells the state of a trial of the plan.
using StateOf = std::function<TrialState(const Trial& trial)>;

// The positions in plan.trials that `filter` keeps, in order. A filter is terms
// that must all hold, joined by commas; a term is word=text, or several texts
// of which one must hold, joined by |. In a text, * stands for any characters
// and ? for one.
//   <axis>=0.1      the value of an axis, by label or number
//   axis=lr         the setting varies this axis, alone or with others
//   sweep=lr x l2   the sweep of the plan, as tables call it
//   setting=lr=*    the setting, as tables call it
//   seed=0..2       or seed=0|5
//   id=3f2a         the first digits of the id
//   state=failed    or missing, completed, diverged, done (completed or
//                   diverged)
// Commas and bars inside of brackets belong to the text. InvalidArgument,
// naming the words there are, if a term or all of them together keep nothing.
// `state` is asked only if the filter names it.
absl::StatusOr<std::vector<size_t>> SelectTrials(const Plan& plan,
                                                 absl::string_view filter,
                                                 const StateOf& state);

// Part `index` of `count` equal parts; 0 <= index < count.
struct Shard {
  int64_t index = 0;
  int64_t count = 1;
};

// Reads "0/4". InvalidArgument if it is anything else.
absl::StatusOr<Shard> ParseShard(absl::string_view text);

// The part of `trials`, positions in plan.trials, that is the shard's: every
// count-th, in the order of the plan, in which the seeds of a setting follow
// each other; so the parts cost about the same. They are disjoint, together all
// trials, of equal size but for one, and depend on the plan alone.
std::vector<size_t> TakeShard(const std::vector<size_t>& trials, Shard shard);

// The plan with these of its trials alone, and all its configurations.
Plan WithTrials(const Plan& plan, const std::vector<size_t>& trials);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_TRIAL_FILTER_H_
