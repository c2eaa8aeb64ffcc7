// The files of an unfinished trial: its lock, its checkpoint and temporary
// files.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_TRIAL_LOCK_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_TRIAL_LOCK_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/file_lock.h"

namespace bigstep {

// Takes the lock of the trial `id`, whose holder trains it; nullopt if another
// process has it. The trial's folder must exist.
absl::StatusOr<std::optional<FileLock>> LockTrial(
    const std::string& study_folder, const std::string& id);

// The path of the file of the state of training.
std::string CheckpointPath(const std::string& study_folder,
                           const std::string& id);

// Removes the temporary files of killed processes and, with `checkpoints`, the
// checkpoint. The caller holds the lock, or the trial is finished. Errors are
// ignored.
void RemoveLeftovers(const std::string& study_folder, const std::string& id,
                     bool checkpoints);

// Removes all of them, also the lock of a killed worker, from the folder of a
// finished trial, unless another process has its lock.
void TidyFinishedTrial(const std::string& study_folder, const std::string& id);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_TRIAL_LOCK_H_
