#include "base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

// Whether `path` still names the file that is open as `fd`: its last holder may
// have removed it between our opening and our locking.
bool StillNamed(const std::string& path, int fd) {
  struct stat named = {}, opened = {};
  return stat(path.c_str(), &named) == 0 && fstat(fd, &opened) == 0 &&
         named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
}

}  // namespace

absl::StatusOr<std::optional<FileLock>> FileLock::Acquire(
    const std::string& path, int operation) {
  // Each failure means that another holder has finished, so few are in a row,
  // except on a file system without lasting inode numbers.
  constexpr int kTries = 1000;
  for (int i = 0; i < kTries; ++i) {
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", path));
    }
    int result;
    do {
      result = flock(fd, operation);
    } while (result != 0 && errno == EINTR);
    const int error = errno;
    if (result == 0 && StillNamed(path, fd)) {
      return std::optional<FileLock>(FileLock(path, fd));
    }
    close(fd);
    if (result == 0) continue;
    if (error == EWOULDBLOCK) return std::optional<FileLock>();
    return absl::UnimplementedError(
        absl::StrCat("cannot lock ", path, ": ", std::strerror(error)));
  }
  return absl::UnimplementedError(
      absl::StrCat("cannot lock ", path, ": it is replaced again and again"));
}

absl::StatusOr<std::optional<FileLock>> FileLock::Try(const std::string& path) {
  return Acquire(path, LOCK_EX | LOCK_NB);
}

absl::StatusOr<std::optional<FileLock>> FileLock::Wait(
    const std::string& path) {
  return Acquire(path, LOCK_EX);
}

FileLock::FileLock(FileLock&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() {
  if (fd_ < 0) return;
  unlink(path_.c_str());  // First: nobody else's file is there yet.
  close(fd_);
}

}  // namespace bigstep
