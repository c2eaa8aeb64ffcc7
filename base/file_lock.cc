#include "base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/folder.h"
#include "base/status.h"
#include "base/terminal_text.h"

namespace bigstep {
namespace {

// Whether `place` still names the file that is open as `fd`: its last holder
// may have removed it between our opening and our locking.
bool StillNamed(const FilePlace& place, int fd) {
  struct stat named = {}, opened = {};
  return fstatat(place.folder.get(), place.name.c_str(), &named,
                 AT_SYMLINK_NOFOLLOW) == 0 &&
         fstat(fd, &opened) == 0 && named.st_ino == opened.st_ino &&
         named.st_dev == opened.st_dev;
}

// The process that holds the lock on the file, if it is on this machine. Lines
// of /proc/locks, see proc(5): "1: FLOCK ADVISORY WRITE 4711 08:01:1234 0 EOF".
std::string HolderOf(const std::string& path) {
  const std::string unknown = "another process";
  struct stat file = {};
  if (stat(path.c_str(), &file) != 0) return unknown;
  const std::string inode = absl::StrCat(":", file.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, mode, access, process, place;
    words >> number >> kind >> mode >> access >> process >> place;
    if (kind == "FLOCK" && absl::EndsWith(place, inode)) {
      return absl::StrCat("process ", process);
    }
  }
  return unknown;
}

}  // namespace

absl::StatusOr<std::optional<FileLock>> FileLock::Acquire(FilePlace place,
                                                          int operation) {
  // Each failure means that another holder has finished, so few are in a row,
  // except on a file system without lasting inode numbers.
  constexpr int kTries = 1000;
  for (int i = 0; i < kTries; ++i) {
    const int fd = openat(place.folder.get(), place.name.c_str(),
                          O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0 && errno == ELOOP) return LinkError(place.path);
    if (fd < 0) {
      return absl::ErrnoToStatus(errno,
                                 absl::StrCat("cannot create ", place.path));
    }
    int result;
    do {
      result = flock(fd, operation);
    } while (result != 0 && errno == EINTR);
    const int error = errno;
    if (result == 0 && StillNamed(place, fd)) {
      return std::optional<FileLock>(FileLock(std::move(place), fd));
    }
    close(fd);
    if (result == 0) continue;
    if (error == EWOULDBLOCK) return std::optional<FileLock>();
    return absl::UnimplementedError(
        absl::StrCat("cannot lock ", place.path, ": ", std::strerror(error)));
  }
  return absl::UnimplementedError(absl::StrCat(
      "cannot lock ", place.path, ": it is replaced again and again"));
}

absl::StatusOr<std::optional<FileLock>> FileLock::Try(const std::string& path) {
  ASSIGN_OR_RETURN(FilePlace place, FindPlace(path));
  return Try(std::move(place));
}

absl::StatusOr<std::optional<FileLock>> FileLock::Try(FilePlace place) {
  return Acquire(std::move(place), LOCK_EX | LOCK_NB);
}

absl::StatusOr<std::optional<FileLock>> FileLock::Wait(
    const std::string& path, absl::string_view what,
    const std::function<bool()>& interrupted) {
  // Polls, as no signal ends flock(2) where handlers restart system calls.
  constexpr auto kInterval = std::chrono::milliseconds(50);
  constexpr int kQuiet = 20;  // Intervals before the message.
  for (int tries = 0;; ++tries) {
    auto lock = Try(path);
    if (!lock.ok() || lock->has_value()) return lock;
    if (interrupted()) {
      return absl::CancelledError(
          absl::StrCat("interrupted while waiting for ", what, ": ", path,
                       " is locked by ", HolderOf(path)));
    }
    if (tries == kQuiet) {
      std::cerr << VisibleText(absl::StrCat("waiting for ", what, ": ", path,
                                            " is locked by ", HolderOf(path)))
                << std::endl;
    }
    std::this_thread::sleep_for(kInterval);
  }
}

FileLock::FileLock(FileLock&& other) noexcept
    : place_(std::move(other.place_)), fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(place_, other.place_);
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() {
  if (fd_ < 0) return;
  unlinkat(place_.folder.get(), place_.name.c_str(),
           0);  // First: nobody else's file is there yet.
  close(fd_);
}

}  // namespace bigstep
