#include "base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file_reads.h"
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

// Closes a file descriptor at the end of a scope.
class ScopedFd {
 public:
  explicit ScopedFd(int fd) : fd_(fd) {}
  ScopedFd(const ScopedFd&) = delete;
  ScopedFd& operator=(const ScopedFd&) = delete;
  ~ScopedFd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status WriteAndFlush(const std::string& path, absl::string_view content) {
  ScopedFd fd(
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (fd.get() < 0) return ErrnoStatus(errno, "create", path);
  while (!content.empty()) {
    const ssize_t written = write(fd.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus(errno, "write", path);
    content.remove_prefix(written);
  }
  if (fsync(fd.get()) != 0) return ErrnoStatus(errno, "flush", path);
  return absl::OkStatus();
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

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  NoteFileRead(path);
  ScopedFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return ErrnoStatus(errno, "read", path);
  std::string content;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t size = read(fd.get(), buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return ErrnoStatus(errno, "read", path);
    if (size == 0) return content;
    content.append(buffer, size);
  }
}

absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view content) {
  // Keeps two writers of one file apart, on two machines too.
  char host[65] = "";
  gethostname(host, sizeof(host) - 1);
  const std::string temporary =
      absl::StrCat(path, ".tmp-", host, "-", getpid());
  absl::Status status = WriteAndFlush(temporary, content);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = ErrnoStatus(errno, "replace", path);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  // Makes the new name survive a power cut as well.
  const std::string folder = fs::path(path).parent_path().string();
  ScopedFd fd(open(folder.empty() ? "." : folder.c_str(),
                   O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() >= 0) (void)fsync(fd.get());  // Some file systems refuse.
  return absl::OkStatus();
}

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return ErrnoStatus(error.value(), "create the folder", path);
  return absl::OkStatus();
}

}  // namespace bigstep
