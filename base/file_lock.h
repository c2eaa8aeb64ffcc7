// A lock that a process holds on a file: it is gone when the process is,
// whatever ended it.
#ifndef BIGSTEP_BASE_FILE_LOCK_H_
#define BIGSTEP_BASE_FILE_LOCK_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace bigstep {

// flock(2) on a file that exists for this alone. A file left behind by a killed
// process is not locked and does no harm. On NFS the lock holds between
// machines if the server and the mount support locks (NFS 4 does).
class FileLock {
 public:
  // Makes the file if it is not there. Nothing if another FileLock, of this
  // process or another, holds the lock; an error if the file cannot be made.
  static absl::StatusOr<std::optional<FileLock>> Try(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  // Removes the file and gives the lock back.
  ~FileLock();

 private:
  FileLock(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_;  // -1 if moved from.
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_FILE_LOCK_H_
