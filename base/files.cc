#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file_reads.h"
#include "base/scoped_fd.h"
#include "base/status.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

absl::Status ErrnoStatus(int error, absl::string_view doing,
                         absl::string_view path) {
  return absl::ErrnoToStatus(error, absl::StrCat("cannot ", doing, " ", path));
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Keeps the writers of one file apart, also on two machines and in one process.
std::string TemporaryPath(const std::string& path) {
  static std::atomic<int> writers = 0;
  char host[65] = "";
  gethostname(host, sizeof(host) - 1);
  return absl::StrCat(path, ".tmp-", host, "-", getpid(), "-", writers++);
}

absl::string_view KindOfFile(mode_t mode) {
  if (S_ISDIR(mode)) return "folder";
  if (S_ISFIFO(mode)) return "named pipe";
  if (S_ISSOCK(mode)) return "socket";
  return "device";
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path,
                                    int64_t max_bytes) {
  std::string content;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t size = read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return ErrnoStatus(errno, "read", path);
    if (size == 0) return content;
    if (size > max_bytes - std::ssize(content)) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "cannot read ", path, ": it has more than ", max_bytes, " bytes"));
    }
    content.append(buffer, size);
  }
}

}  // namespace

std::string UserPath(absl::string_view path) {
  fs::path result{std::string(path)};
  if (absl::StartsWith(path, "~/")) {
    result = absl::StrCat(Environment("HOME"), path.substr(1));
  } else if (result.is_relative()) {
    result = fs::path(Environment("BUILD_WORKING_DIRECTORY")) / result;
  }
  return result.lexically_normal().string();
}

std::string DataRoot(absl::string_view given) {
  if (!given.empty()) return UserPath(given);
  const std::string variable = Environment("BIGSTEP_DATA_ROOT");
  return UserPath(variable.empty() ? "~/.cache/bigstep/data" : variable);
}

absl::StatusOr<ScopedFd> OpenFile(const std::string& path) {
  NoteFileRead(path);
  // Without O_NONBLOCK, open() waits for the other end of a named pipe.
  ScopedFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return ErrnoStatus(errno, "read", path);
  struct stat found = {};
  if (fstat(fd.get(), &found) != 0) return ErrnoStatus(errno, "read", path);
  if (S_ISREG(found.st_mode)) return fd;
  return absl::InvalidArgumentError(
      absl::StrCat("cannot read ", path, ": expected a regular file, found a ",
                   KindOfFile(found.st_mode)));
}

absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     int64_t max_bytes) {
  ASSIGN_OR_RETURN(const ScopedFd fd, OpenFile(path));
  return ReadAll(fd.get(), path, max_bytes);
}

absl::StatusOr<std::string> ReadFileOrPipe(const std::string& path,
                                           int64_t max_bytes) {
  const ScopedFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return ErrnoStatus(errno, "read", path);
  return ReadAll(fd.get(), path, max_bytes);
}

absl::StatusOr<AtomicFile> AtomicFile::Create(const std::string& path) {
  std::string temporary = TemporaryPath(path);
  const int fd =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return ErrnoStatus(errno, "create", temporary);
  return AtomicFile(path, std::move(temporary), fd);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, "")),
      fd_(std::exchange(other.fd_, -1)) {}

AtomicFile::~AtomicFile() {
  if (fd_ >= 0) close(fd_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

absl::Status AtomicFile::CheckSpace(int64_t size, int64_t spare_bytes) const {
  struct statvfs disk;
  if (fstatvfs(fd_, &disk) != 0) {
    return ErrnoStatus(errno, "examine", temporary_);
  }
  const double free =
      static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
  if (free >= static_cast<double>(size) + static_cast<double>(spare_bytes)) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(absl::StrCat(
      "the disk of ", temporary_, " is nearly full: ", size >> 20,
      " MiB are needed and ", spare_bytes >> 20, " MiB kept free, ",
      static_cast<int64_t>(free) >> 20, " MiB are free"));
}

absl::Status AtomicFile::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus(errno, "write", temporary_);
    bytes.remove_prefix(written);
  }
  return absl::OkStatus();
}

absl::Status AtomicFile::Commit() {
  if (fsync(fd_) != 0) return ErrnoStatus(errno, "flush", temporary_);
  if (rename(temporary_.c_str(), path_.c_str()) != 0) {
    return ErrnoStatus(errno, "replace", path_);
  }
  temporary_.clear();
  // Makes the new name survive a power cut as well.
  const std::string folder = fs::path(path_).parent_path().string();
  ScopedFd fd(open(folder.empty() ? "." : folder.c_str(),
                   O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() >= 0) (void)fsync(fd.get());  // Some file systems refuse.
  return absl::OkStatus();
}

absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view content) {
  ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(path));
  RETURN_IF_ERROR(file.Write(content));
  return file.Commit();
}

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return ErrnoStatus(error.value(), "create the folder", path);
  return absl::OkStatus();
}

}  // namespace bigstep
