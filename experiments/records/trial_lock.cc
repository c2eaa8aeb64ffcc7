#include "experiments/records/trial_lock.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/folder.h"
#include "base/status.h"
#include "experiments/records/record.h"

namespace bigstep {
namespace {

constexpr char kCheckpoint[] = "checkpoint.bigstep";

bool IsLeftover(const std::string& name, bool checkpoints) {
  return absl::StrContains(name, ".tmp-") ||  // See AtomicFile.
         (checkpoints && name == kCheckpoint);
}

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
    if (IsLeftover(name, checkpoints)) {
      (void)folder.Remove(TrialFile(id, name));
    }
  }
}

void TidyFinishedTrial(const std::string& study_folder, const std::string& id) {
  const auto names = Folder(study_folder).List(TrialFile(id));
  if (!names.ok()) return;
  const bool tidy =
      std::none_of(names->begin(), names->end(), [](const std::string& name) {
        return name == "lock" || IsLeftover(name, /*checkpoints=*/true);
      });
  if (tidy) return;
  // The holder may train or measure it again. Releasing the lock removes its
  // file.
  const auto lock = LockTrial(study_folder, id);
  if (!lock.ok() || !lock->has_value()) return;
  RemoveLeftovers(study_folder, id, /*checkpoints=*/true);
}

}  // namespace bigstep
