// A lock that a process holds on a file. It is released when the process ends,
// however that happens.
#ifndef BIGSTEP_BASE_FILE_LOCK_H_
#define BIGSTEP_BASE_FILE_LOCK_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/files.h"

namespace bigstep {

// flock(2) on a file that exists for this alone. A file left behind by a killed
// process is not locked and does no harm. On NFS the lock holds between
// machines if the server and the mount support locks (NFS 4 does).
class FileLock {
 public:
  // Creates the file if needed. Nothing if another FileLock, of this process or
  // another, holds the lock. Unimplemented if the file system has no locks;
  // DataLoss if the file is a link; the system's error if the file cannot be
  // created.
  static absl::StatusOr<std::optional<FileLock>> Try(const std::string& path);
  static absl::StatusOr<std::optional<FileLock>> Try(FilePlace place);

  // The same, but waits until the lock is free. Cancelled once `interrupted`,
  // which is polled, returns true. After a second the log says what is waited
  // for: "waiting for <what>: <path> is locked by process 4711".
  static absl::StatusOr<std::optional<FileLock>> Wait(
      const std::string& path, absl::string_view what,
      const std::function<bool()>& interrupted);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  // Removes the file and releases the lock.
  ~FileLock();

 private:
  FileLock(FilePlace place, int fd) : place_(std::move(place)), fd_(fd) {}

  FilePlace place_;
  int fd_;  // -1 if moved from.
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_FILE_LOCK_H_
