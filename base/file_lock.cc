#include "base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

absl::Status Error(const char* doing, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", doing, " ", path));
}

// Whether `path` still names the file that is open as `fd`: its last holder may
// have removed it between our opening and our locking.
bool StillNamed(const std::string& path, int fd) {
  struct stat named = {}, opened = {};
  return stat(path.c_str(), &named) == 0 && fstat(fd, &opened) == 0 &&
         named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
}

}  // namespace

absl::StatusOr<std::optional<FileLock>> FileLock::Try(const std::string& path) {
  for (;;) {
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) return Error("create", path);
    int result;
    do {
      result = flock(fd, LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    if (result != 0) {
      const bool held = errno == EWOULDBLOCK;
      const absl::Status error = Error("lock", path);
      close(fd);
      if (held) return std::optional<FileLock>();
      return error;
    }
    if (StillNamed(path, fd)) {
      return std::optional<FileLock>(FileLock(path, fd));
    }
    close(fd);
  }
}

FileLock::FileLock(FileLock&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
  if (fd_ < 0) return;
  unlink(path_.c_str());  // First: nobody else's file is there yet.
  close(fd_);
}

}  // namespace bigstep
