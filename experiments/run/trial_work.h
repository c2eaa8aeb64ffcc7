// What is left to do for a trial: nothing, measuring its weights, or training.
#ifndef BIGSTEP_EXPERIMENTS_RUN_TRIAL_WORK_H_
#define BIGSTEP_EXPERIMENTS_RUN_TRIAL_WORK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "experiments/plan/plan.h"
#include "experiments/records/record.h"

namespace bigstep {

// Which trained networks leave their weights.
enum class KeepWeights {
  kAuto,  // All, while those of the study need less than kMostWeightsBytes.
  kAll,   // All; a finished trial without weights is trained again.
  kNone,
};
inline constexpr double kMostWeightsBytes = 2e9;

// The rule of the flag --keep_weights: "auto", "all" or "none".
absl::StatusOr<KeepWeights> ParseKeepWeights(absl::string_view word);

struct TrialWork {
  enum class Kind { kNone, kMeasure, kTrain };
  Kind kind = Kind::kNone;
  // The metrics without results of the trial. Their results are those at the
  // end of training: measured later, they have no values by step.
  std::vector<MetricChoice> missing = {};
  // Why a finished trial is to be trained again; otherwise empty.
  std::string reason = {};
};

// `record` is that of the trial, nullptr if there is none; its `weights` are
// empty if the file is missing.
TrialWork WorkFor(const Trial& trial, const Record* record, KeepWeights keep);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_TRIAL_WORK_H_
