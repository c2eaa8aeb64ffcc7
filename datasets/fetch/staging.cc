#include "datasets/fetch/staging.h"

#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/folder.h"
#include "base/status.h"

namespace bigstep {
namespace {

std::string LockPath(const std::string& folder) {
  return absl::StrCat(folder, "/lock");
}

// NotFound if the process that had the folder removed it in between.
absl::StatusOr<std::optional<FileLock>> Lock(const std::string& data_root,
                                             const std::string& name) {
  const Folder root(data_root);
  RETURN_IF_ERROR(root.Make(name));
  const std::string folder = root.PathTo(name);
  auto lock = FileLock::Try(LockPath(folder));
  if (absl::IsUnimplemented(lock.status())) return std::optional<FileLock>();
  if (lock.ok() && !lock->has_value()) {
    return absl::AbortedError(absl::StrCat("another process is fetching to ",
                                           folder,
                                           "; wait until it has ended"));
  }
  return lock;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Staging>> Staging::Open(
    const std::string& data_root, const std::string& dataset) {
  const std::string name = absl::StrCat(".fetch/", dataset);
  // Each failure means that another process has ended, so few are in a row.
  constexpr int kTries = 1000;
  for (int i = 1;; ++i) {
    absl::StatusOr<std::optional<FileLock>> lock = Lock(data_root, name);
    if (absl::IsNotFound(lock.status()) && i < kTries) continue;
    RETURN_IF_ERROR(lock.status());
    return std::unique_ptr<Staging>(
        new Staging(absl::StrCat(data_root, "/", name), *std::move(lock)));
  }
}

Staging::~Staging() {
  if (!lock_) unlink(LockPath(folder_).c_str());
  lock_.reset();
  // These fail if something is left, which then serves the next time.
  rmdir(folder_.c_str());
  rmdir(std::filesystem::path(folder_).parent_path().c_str());
}

std::string Staging::Path(absl::string_view name) const {
  return absl::StrCat(folder_, "/", name);
}

std::string Staging::PathIn(const std::string& data_root,
                            const std::string& dataset,
                            absl::string_view name) {
  return absl::StrCat(data_root, "/.fetch/", dataset, "/", name);
}

}  // namespace bigstep
