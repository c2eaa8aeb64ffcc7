// A lock that a process holds on a file. It ends with the process, whatever
// ended that.
#ifndef BIGSTEP_BASE_FILE_LOCK_H_
#define BIGSTEP_BASE_FILE_LOCK_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace bigstep {

// flock(2) on a file that exists for this alone. A file left behind by a killed
// process is not locked and does no harm. On NFS the lock holds between
// machines if the server and the mount support locks (NFS 4 does).
class FileLock {
 public:
  // Creates the file if needed. Nothing if another FileLock, of this process or
  // another, holds the lock. Unimplemented if the file system has no locks; the
  // system's error if the file cannot be created.
  static absl::StatusOr<std::optional<FileLock>> Try(const std::string& path);

  // The same, but waits until the lock is free.
  static absl::StatusOr<std::optional<FileLock>> Wait(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  // Removes the file and releases the lock.
  ~FileLock();

 private:
  static absl::StatusOr<std::optional<FileLock>> Acquire(
      const std::string& path, int operation);

  FileLock(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_;  // -1 if moved from.
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_FILE_LOCK_H_
