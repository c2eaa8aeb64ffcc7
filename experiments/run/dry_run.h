// What --plan shows: every trial of a plan with its state, and what is left to
// do.
#ifndef BIGSTEP_EXPERIMENTS_RUN_DRY_RUN_H_
#define BIGSTEP_EXPERIMENTS_RUN_DRY_RUN_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/plan/plan.h"
#include "experiments/plan/trial_filter.h"

namespace bigstep {

// What the record of a trial says.
struct TrialStatus {
  TrialState state = TrialState::kMissing;
  std::string reason;  // Of a failure.
  double seconds = 0;  // Of a completed trial: training and measuring.
};

// The status of every trial of the plan, in order. Only what is in the folder
// is looked at. DataLoss if a record is damaged.
absl::StatusOr<std::vector<TrialStatus>> ReadStatuses(
    const Plan& plan, const std::string& study_folder);

// The positions in plan.trials that the flags --only and --shard leave, all if
// both are empty.
absl::StatusOr<std::vector<size_t>> ChooseTrials(
    const Plan& plan, const std::string& only, const std::string& shard,
    const std::string& study_folder);

// Those of `trials` that are missing or failed.
std::vector<const Trial*> TrialsToRun(const Plan& plan,
                                      const std::vector<TrialStatus>& statuses,
                                      const std::vector<size_t>& trials);

// How long the trials to run (missing and failed ones) should take.
struct TimeEstimate {
  double seconds = 0;   // Of those that are known, one after another.
  double longest = 0;   // The longest of them, seconds.
  int64_t known = 0;    // Trials like which some trial was completed.
  int64_t unknown = 0;  // The others.
  // With so many workers: the work shared out, but no less than the longest.
  double SecondsWith(int64_t workers) const;
};

// A trial takes as long as the mean of the completed ones with the same
// dataset, model, training options and optimizer (by name).
TimeEstimate EstimateTime(const Plan& plan,
                          const std::vector<TrialStatus>& statuses,
                          const std::vector<size_t>& trials);

// The mean size of the folders of completed and diverged trials, of at most a
// hundred; 0 if there are none. Bytes.
double MeanTrialBytes(const Plan& plan,
                      const std::vector<TrialStatus>& statuses,
                      const std::string& study_folder);

// "45 s", "12 min", "3.4 h", "2.5 days".
std::string DurationText(double seconds);

// Writes a line for each of `trials` and each row it is in, then the counts and
// the estimates.
void PrintPlan(const Plan& plan, const std::vector<TrialStatus>& statuses,
               const std::vector<size_t>& trials,
               const std::string& study_folder, int64_t workers,
               std::ostream& out);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_DRY_RUN_H_
