// The files of a trial that are there only while it is not finished.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_TRIAL_LOCK_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_TRIAL_LOCK_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/file_lock.h"

namespace bigstep {

// Holds the trial's lock, which says that somebody trains it, if nobody does.
absl::StatusOr<std::optional<FileLock>> LockTrial(
    const std::string& trial_folder);

// Where the trial keeps its state while it trains.
std::string CheckpointPath(const std::string& trial_folder);

// Removes what a killed writer left in the folder and, with `checkpoints`, the
// trial's state. The caller holds the lock, or the trial is finished. What
// cannot be removed stays.
void RemoveLeftovers(const std::string& trial_folder, bool checkpoints);

// RemoveLeftovers for a trial that is finished, the lock of a killed worker
// included.
void TidyFinishedTrial(const std::string& trial_folder);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_TRIAL_LOCK_H_
