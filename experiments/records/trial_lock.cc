#include "experiments/records/trial_lock.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

constexpr char kCheckpoint[] = "checkpoint.bigstep";

std::string LockPath(const std::string& trial_folder) {
  return absl::StrCat(trial_folder, "/lock");
}

}  // namespace

absl::StatusOr<std::optional<FileLock>> LockTrial(
    const std::string& trial_folder) {
  return FileLock::Try(LockPath(trial_folder));
}

std::string CheckpointPath(const std::string& trial_folder) {
  return absl::StrCat(trial_folder, "/", kCheckpoint);
}

void RemoveLeftovers(const std::string& trial_folder, bool checkpoints) {
  std::error_code error;
  std::vector<fs::path> leftovers;
  for (fs::directory_iterator it(trial_folder, error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    // See WriteFileAtomically.
    if (absl::StrContains(name, ".tmp-") ||
        (checkpoints && name == kCheckpoint)) {
      leftovers.push_back(it->path());
    }
  }
  for (const fs::path& path : leftovers) fs::remove(path, error);
}

void TidyFinishedTrial(const std::string& trial_folder) {
  RemoveLeftovers(trial_folder, /*checkpoints=*/true);
  std::error_code error;
  // Taking the lock and releasing it removes the file.
  if (fs::exists(LockPath(trial_folder), error)) (void)LockTrial(trial_folder);
}

}  // namespace bigstep
