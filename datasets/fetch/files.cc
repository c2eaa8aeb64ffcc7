#include "datasets/fetch/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/folder.h"
#include "base/status.h"

namespace bigstep {
namespace {

// A file descriptor that is closed at the end of a scope.
class InputFd {
 public:
  InputFd(const std::string& path, int flags)
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | flags)) {}
  InputFd(const InputFd&) = delete;
  InputFd& operator=(const InputFd&) = delete;
  ~InputFd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status CheckRegular(const std::string& path, const struct stat& info) {
  if (S_ISREG(info.st_mode)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": expected a file, found something else"));
}

}  // namespace

absl::StatusOr<OutputFile> OutputFile::Open(const std::string& path,
                                            int flags) {
  // Without O_NONBLOCK, open() waits for the other end of a named pipe.
  const int fd = open(
      path.c_str(), O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC | flags, 0666);
  if (fd < 0 && errno == ELOOP) return LinkError(path);
  if (fd < 0) return ErrnoStatus(errno, "create", path);
  struct stat info = {};
  const int status = fstat(fd, &info);
  OutputFile file(path, fd, info.st_size);
  if (status != 0) return ErrnoStatus(errno, "look at", path);
  RETURN_IF_ERROR(CheckRegular(path, info));
  return file;
}

absl::StatusOr<OutputFile> OutputFile::Create(const std::string& path) {
  return Open(path, O_EXCL | O_NOFOLLOW);
}

absl::StatusOr<OutputFile> OutputFile::Append(const std::string& path) {
  return Open(path, O_APPEND | O_NOFOLLOW);
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) close(fd_);
}

absl::Status OutputFile::Write(absl::string_view data) {
  while (!data.empty()) {
    const ssize_t written = write(fd_, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus(errno, "write", path_);
    data.remove_prefix(written);
    size_ += written;
  }
  return absl::OkStatus();
}

absl::Status OutputFile::Clear() {
  if (ftruncate(fd_, 0) != 0) return ErrnoStatus(errno, "shorten", path_);
  size_ = 0;
  return absl::OkStatus();
}

absl::Status ReadInPieces(
    const std::string& path,
    const std::function<absl::Status(absl::string_view)>& take) {
  const InputFd fd(path, 0);
  if (fd.get() < 0) return ErrnoStatus(errno, "read", path);
  std::vector<char> buffer(1 << 20);
  for (;;) {
    const ssize_t size = read(fd.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return ErrnoStatus(errno, "read", path);
    if (size == 0) return absl::OkStatus();
    RETURN_IF_ERROR(take(absl::string_view(buffer.data(), size)));
  }
}

absl::StatusOr<int64_t> SizeOf(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) {
    return ErrnoStatus(errno, "look at", path);
  }
  RETURN_IF_ERROR(CheckRegular(path, info));
  return info.st_size;
}

bool Exists(const std::string& path) {
  struct stat info = {};
  return lstat(path.c_str(), &info) == 0;
}

bool IsLink(const std::string& path) {
  struct stat info = {};
  return lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return ErrnoStatus(errno, absl::StrCat("move ", from, " to"), to);
}

absl::Status ReplaceFolder(const std::string& from, const std::string& to,
                           const std::string& old) {
  const bool replaces = Exists(to);
  if (replaces) RETURN_IF_ERROR(Rename(to, old));
  const absl::Status moved = Rename(from, to);
  if (!replaces) return moved;
  if (moved.ok()) return Remove(old);
  RETURN_IF_ERROR(Rename(old, to)) << moved.message();
  return moved;
}

absl::Status Remove(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return ErrnoStatus(error.value(), "remove", path);
  return absl::OkStatus();
}

absl::Status Flush(const std::string& path) {
  const InputFd fd(path, 0);
  if (fd.get() < 0) return ErrnoStatus(errno, "read", path);
  if (syncfs(fd.get()) != 0) return ErrnoStatus(errno, "flush", path);
  return absl::OkStatus();
}

}  // namespace bigstep
