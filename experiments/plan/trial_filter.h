// Some trials of a plan: --only and --shard.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_TRIAL_FILTER_H_
#define BIGSTEP_EXPERIMENTS_PLAN_TRIAL_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "experiments/plan/plan.h"

namespace bigstep {

// The state of a trial by its record.
enum class TrialState { kMissing, kCompleted, kDiverged, kFailed };

// "missing", "completed", "diverged", "failed".
std::string StateName(TrialState state);

// Returns the state of a trial of the plan.
using StateOf = std::function<TrialState(const Trial& trial)>;

// Part `index` of `count` equal parts; 0 <= index < count.
struct Shard {
  int64_t index = 0;
  int64_t count = 1;
};

// The positions in plan.trials that `filter` keeps, in order. A filter is terms
// that must all hold, joined by commas; a term is word=text, or several texts
// of which one must hold, joined by |. In a text, * stands for any characters
// and ? for one.
//   <axis>=0.1      the value of an axis, by label or number
//   axis=lr         the configuration varies this axis, alone or with others
//   block=lr x l2   the sweep of the plan, as in tables
//   setting=lr=*    the configuration, as in tables
//   seed=0..2       or seed=0|5
//   id=3f2a         the first digits of the id
//   state=failed    or missing, completed, diverged, done (completed or
//                   diverged)
// Commas and bars inside brackets belong to the text. InvalidArgument, naming
// the known words, if a term or all of them together keep nothing. `state` is
// called only if the filter has that word.
//
// With a `shard`, those of its trials (see TakeShard) that have the state. The
// shard is taken of what the other terms keep: states change while shards run.
// For the same reason a shard without a trial in that state is not an error.
absl::StatusOr<std::vector<size_t>> SelectTrials(
    const Plan& plan, absl::string_view filter, const StateOf& state,
    const std::optional<Shard>& shard = std::nullopt);

// The filter without its terms about states; may be empty.
std::string WithoutStates(absl::string_view filter);

// Reads "0/4". InvalidArgument for anything else.
absl::StatusOr<Shard> ParseShard(absl::string_view text);

// The part of `trials`, positions in plan.trials, that is the shard's: every
// count-th, in the order of the plan, in which the seeds of a configuration
// follow each other; so the parts cost about the same. They are disjoint,
// together all trials, equal in size up to one, and depend on the plan alone.
std::vector<size_t> TakeShard(const std::vector<size_t>& trials, Shard shard);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_TRIAL_FILTER_H_
