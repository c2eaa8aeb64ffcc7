// Paths as users type them, and atomic writes.
#ifndef BIGSTEP_BASE_FILES_H_
#define BIGSTEP_BASE_FILES_H_

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/scoped_fd.h"

namespace bigstep {

// Resolves a path typed by a user: "~/" is their home, and a relative path
// starts where they typed the command, also under `bazel run` (which changes
// the directory and leaves the old one in BUILD_WORKING_DIRECTORY).
std::string UserPath(absl::string_view path);

// The folder that holds the datasets' files: `given` if it is not empty, else
// $BIGSTEP_DATA_ROOT, else ~/.cache/bigstep/data. All as a user types paths.
std::string DataRoot(absl::string_view given);

// Opens a regular file for reading. Links are followed. InvalidArgument if it
// is something else (a named pipe would block, /dev/zero never ends); NotFound
// or PermissionDenied. Errors name the path.
absl::StatusOr<ScopedFd> OpenFile(const std::string& path);

// The whole content of a regular file. The errors of OpenFile;
// ResourceExhausted if it has more than `max_bytes`.
absl::StatusOr<std::string> ReadFile(
    const std::string& path,
    int64_t max_bytes = std::numeric_limits<int64_t>::max());

// The same for a file that the user names on the command line, which may be a
// pipe such as /dev/stdin.
absl::StatusOr<std::string> ReadFileOrPipe(const std::string& path,
                                           int64_t max_bytes);

// A file written piece by piece under a temporary name, of its own for each
// writer, in the same folder. Commit flushes it to the disk and renames it: a
// reader sees the old file or the new one, also after a crash.
//   1. Create. 2. Write, any number of times. 3. Commit.
class AtomicFile {
 public:
  static absl::StatusOr<AtomicFile> Create(const std::string& path);

  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  // Deletes the temporary file unless it was committed.
  ~AtomicFile();

  // ResourceExhausted if `size` more bytes would leave less than `spare_bytes`
  // free on the disk.
  absl::Status CheckSpace(int64_t size, int64_t spare_bytes) const;
  absl::Status Write(absl::string_view bytes);
  absl::Status Commit();

 private:
  AtomicFile(std::string path, std::string temporary, int fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd) {}

  std::string path_;
  std::string temporary_;  // Empty once it is committed.
  int fd_;                 // -1 if moved from.
};

// The same in one call.
absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view content);

// Creates a folder and its parents. OK if it exists.
absl::Status MakeFolder(const std::string& path);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_FILES_H_
