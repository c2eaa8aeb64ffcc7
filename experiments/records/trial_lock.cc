#include "experiments/records/trial_lock.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/folder.h"
#include "base/status.h"
#include "experiments/records/record.h"

namespace bigstep {
namespace {

constexpr char kCheckpoint[] = "checkpoint.bigstep";

}  // namespace

absl::StatusOr<std::optional<FileLock>> LockTrial(
    const std::string& study_folder, const std::string& id) {
  ASSIGN_OR_RETURN(FilePlace place,
                   Folder(study_folder).Find(TrialFile(id, "lock")));
  return FileLock::Try(std::move(place));
}

std::string CheckpointPath(const std::string& study_folder,
                           const std::string& id) {
  return absl::StrCat(TrialFolder(study_folder, id), "/", kCheckpoint);
}

void RemoveLeftovers(const std::string& study_folder, const std::string& id,
                     bool checkpoints) {
  const Folder folder(study_folder);
  const auto names = folder.List(TrialFile(id));
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    // See AtomicFile.
    if (absl::StrContains(name, ".tmp-") ||
        (checkpoints && name == kCheckpoint)) {
      (void)folder.Remove(TrialFile(id, name));
    }
  }
}

void TidyFinishedTrial(const std::string& study_folder, const std::string& id) {
  RemoveLeftovers(study_folder, id, /*checkpoints=*/true);
  // Taking the lock and releasing it removes the file.
  if (Folder(study_folder).HasFile(TrialFile(id, "lock"))) {
    (void)LockTrial(study_folder, id);
  }
}

}  // namespace bigstep
