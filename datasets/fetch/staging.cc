#include "datasets/fetch/staging.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/status.h"

namespace bigstep {
namespace {

std::string LockPath(const std::string& folder) {
  return absl::StrCat(folder, "/lock");
}

// Whether `path` names the file that `fd` is open on.
bool IsAt(int fd, const std::string& path) {
  struct stat open = {};
  struct stat there = {};
  return fstat(fd, &open) == 0 && stat(path.c_str(), &there) == 0 &&
         open.st_dev == there.st_dev && open.st_ino == there.st_ino;
}

// The open and locked file. NotFound if the process that had it took it or its
// folder away in between.
absl::StatusOr<int> Lock(const std::string& folder) {
  RETURN_IF_ERROR(MakeFolder(folder));
  const std::string path = LockPath(folder);
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", path));
  }
  // Other errors mean that the file system knows no locks.
  if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    close(fd);
    return absl::AbortedError(absl::StrCat("another process is fetching to ",
                                           folder,
                                           "; wait until it has ended"));
  }
  if (IsAt(fd, path)) return fd;
  close(fd);
  return absl::NotFoundError(absl::StrCat(path, " was removed"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Staging>> Staging::Open(
    const std::string& data_root, const std::string& dataset) {
  const std::string folder = absl::StrCat(data_root, "/.fetch/", dataset);
  absl::StatusOr<int> fd = Lock(folder);
  // Each failure means that another process has ended, so few are in a row,
  // except on a file system without lasting inode numbers.
  constexpr int kTries = 1000;
  for (int i = 1; i < kTries && absl::IsNotFound(fd.status()); ++i) {
    fd = Lock(folder);
  }
  RETURN_IF_ERROR(fd.status());
  return std::unique_ptr<Staging>(new Staging(folder, *fd));
}

Staging::~Staging() {
  unlink(LockPath(folder_).c_str());
  // These fail if something is left, which then serves the next time.
  rmdir(folder_.c_str());
  rmdir(std::filesystem::path(folder_).parent_path().c_str());
  close(fd_);
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
