#include "base/files.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
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
#include "base/terminal_text.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

absl::Status ErrnoStatus(int error, absl::string_view doing,
                         absl::string_view path) {
  return absl::ErrnoToStatus(
      error, absl::StrCat("cannot ", doing, " ", VisibleText(path)));
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The home in the password file, of `user` or, if that is empty, of this
// process's user; "" if it has none.
std::string HomeInPasswordFile(const std::string& user) {
  struct passwd entry = {};
  struct passwd* found = nullptr;
  std::string buffer(1 << 16, '\0');
  if (user.empty()) {
    getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found);
  } else {
    getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  }
  return found == nullptr || found->pw_dir == nullptr ? "" : found->pw_dir;
}

// The home of `user`, or that of the user of this process if it is empty.
absl::StatusOr<std::string> HomeFolder(const std::string& user) {
  std::string home = user.empty() ? Environment("HOME") : "";
  // Containers and schedulers leave HOME out or set it to the root.
  const auto unusable = [&home] {
    return home.empty() || home[0] != '/' ||
           fs::path(home).lexically_normal() == "/";
  };
  if (unusable()) home = HomeInPasswordFile(user);
  if (!unusable()) return home;
  if (!user.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "no home folder is known for user '", VisibleText(user), "'; write ./~",
        VisibleText(user), " for a file of that name"));
  }
  return absl::FailedPreconditionError(
      "no home folder is known (neither HOME nor the password file names one)");
}

// A name that no other writer uses, on this machine or another or in this
// process, and that nobody can predict and occupy.
absl::StatusOr<std::string> TemporaryName(const FilePlace& place) {
  char host[65] = "";
  gethostname(host, sizeof(host) - 1);
  uint64_t random = 0;
  if (getrandom(&random, sizeof(random), 0) != sizeof(random)) {
    return ErrnoStatus(errno, "name a temporary file for", place.path);
  }
  return absl::StrCat(place.name, ".tmp-", host, "-", getpid(), "-",
                      absl::Hex(random, absl::kZeroPad16));
}

absl::string_view KindOfFile(mode_t mode) {
  if (S_ISDIR(mode)) return "folder";
  if (S_ISFIFO(mode)) return "named pipe";
  if (S_ISSOCK(mode)) return "socket";
  return "device";
}

absl::Status CheckRegular(const ScopedFd& fd, const std::string& path) {
  struct stat found = {};
  if (fstat(fd.get(), &found) != 0) return ErrnoStatus(errno, "read", path);
  if (S_ISREG(found.st_mode)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("cannot read ", path, ": expected a regular file, found a ",
                   KindOfFile(found.st_mode)));
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
      return absl::ResourceExhaustedError(
          absl::StrCat("cannot read ", VisibleText(path), ": it has more than ",
                       max_bytes, " bytes"));
    }
    content.append(buffer, size);
  }
}

}  // namespace

absl::StatusOr<std::string> UserPath(absl::string_view path) {
  fs::path result{std::string(path)};
  if (absl::StartsWith(path, "~")) {
    const size_t slash = std::min(path.find('/'), path.size());
    ASSIGN_OR_RETURN(const std::string home,
                     HomeFolder(std::string(path.substr(1, slash - 1))));
    result = absl::StrCat(home, path.substr(slash));
  } else if (result.is_relative()) {
    result = fs::path(Environment("BUILD_WORKING_DIRECTORY")) / result;
  }
  return result.lexically_normal().string();
}

absl::StatusOr<std::string> DataRoot(absl::string_view given) {
  if (!given.empty()) return UserPath(given);
  const std::string variable = Environment("BIGSTEP_DATA_ROOT");
  if (!variable.empty()) return UserPath(variable);
  absl::StatusOr<std::string> folder = UserPath("~/.cache/bigstep/data");
  RETURN_IF_ERROR(folder.status())
      << "name the datasets' folder with --data_root";
  return folder;
}

absl::StatusOr<std::string> DataRootOrNone(absl::string_view given) {
  const bool named =
      !given.empty() || !Environment("BIGSTEP_DATA_ROOT").empty();
  absl::StatusOr<std::string> folder = DataRoot(given);
  if (named || folder.ok()) return folder;
  return "(no data root: no home folder is known)";
}

absl::StatusOr<std::string> PreparedDataFolder(absl::string_view given) {
  if (!given.empty()) return UserPath(given);
  return UserPath("~/.cache/bigstep/prepared").value_or("");
}

absl::StatusOr<ScopedFd> OpenFile(const std::string& path) {
  NoteFileRead(path);
  // Without O_NONBLOCK, open() waits for the other end of a named pipe.
  ScopedFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return ErrnoStatus(errno, "read", path);
  RETURN_IF_ERROR(CheckRegular(fd, path));
  return fd;
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

absl::StatusOr<std::string> ReadOpenFile(const ScopedFd& fd,
                                         const std::string& path,
                                         int64_t max_bytes) {
  RETURN_IF_ERROR(CheckRegular(fd, path));
  return ReadAll(fd.get(), path, max_bytes);
}

absl::StatusOr<FilePlace> FindPlace(const std::string& path) {
  const fs::path whole(path);
  const std::string folder = whole.parent_path().string();
  FilePlace place{ScopedFd(open(folder.empty() ? "." : folder.c_str(),
                                O_PATH | O_DIRECTORY | O_CLOEXEC)),
                  whole.filename().string(), path};
  if (place.folder.get() < 0) return ErrnoStatus(errno, "create", path);
  return place;
}

absl::StatusOr<AtomicFile> AtomicFile::Create(const std::string& path) {
  ASSIGN_OR_RETURN(FilePlace place, FindPlace(path));
  return Create(std::move(place));
}

absl::StatusOr<AtomicFile> AtomicFile::Create(FilePlace place) {
  ASSIGN_OR_RETURN(std::string temporary, TemporaryName(place));
  ScopedFd fd(openat(place.folder.get(), temporary.c_str(),
                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                     0666));
  if (fd.get() < 0) return ErrnoStatus(errno, "create", place.path);
  return AtomicFile(std::move(place), std::move(temporary), std::move(fd));
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : place_(std::move(other.place_)),
      temporary_(std::exchange(other.temporary_, "")),
      fd_(std::move(other.fd_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) unlinkat(place_.folder.get(), temporary_.c_str(), 0);
}

absl::Status AtomicFile::CheckSpace(int64_t size, int64_t spare_bytes) const {
  struct statvfs disk;
  if (fstatvfs(fd_.get(), &disk) != 0) {
    return ErrnoStatus(errno, "examine", place_.path);
  }
  const double free =
      static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
  if (free >= static_cast<double>(size) + static_cast<double>(spare_bytes)) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(absl::StrCat(
      "the disk of ", VisibleText(place_.path), " is nearly full: ", size >> 20,
      " MiB are needed and ", spare_bytes >> 20, " MiB kept free, ",
      static_cast<int64_t>(free) >> 20, " MiB are free"));
}

absl::Status AtomicFile::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus(errno, "write", place_.path);
    bytes.remove_prefix(written);
  }
  return absl::OkStatus();
}

absl::Status AtomicFile::Commit() {
  const int folder = place_.folder.get();
  if (fsync(fd_.get()) != 0) return ErrnoStatus(errno, "flush", place_.path);
  if (renameat(folder, temporary_.c_str(), folder, place_.name.c_str()) != 0) {
    return ErrnoStatus(errno, "replace", place_.path);
  }
  temporary_.clear();
  // Makes the new name survive a power cut as well.
  const ScopedFd fd(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
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

absl::Status MakePrivateFolder(const std::string& path) {
  const fs::path folder = fs::path(path + "/").parent_path();
  if (folder.has_parent_path()) {
    RETURN_IF_ERROR(MakeFolder(folder.parent_path().string()));
  }
  if (mkdir(folder.c_str(), 0700) == 0) return absl::OkStatus();
  return MakeFolder(path);  // OK if it exists.
}

}  // namespace bigstep
