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

// Resolves a path typed by a user, which may have any bytes: "~" and "~/" are
// their home, "~ada/" is Ada's, and a relative path starts where they typed the
// command, also under `bazel run` (which changes the directory and leaves the
// old one in BUILD_WORKING_DIRECTORY). FailedPrecondition if that home is
// unknown: neither HOME nor the password file names a folder other than the
// root.
absl::StatusOr<std::string> UserPath(absl::string_view path);

// The folder that holds the datasets' files: `given` if it is not empty, else
// $BIGSTEP_DATA_ROOT, else ~/.cache/bigstep/data. All as a user types paths.
absl::StatusOr<std::string> DataRoot(absl::string_view given);

// The same for programs whose datasets may need no files: if the home is
// unknown, a path that does not exist and whose name says so.
absl::StatusOr<std::string> DataRootOrNone(absl::string_view given);

// The folder for prepared datasets: `given` if it is not empty, else
// ~/.cache/bigstep/prepared, else, without a home, "": nothing is kept.
absl::StatusOr<std::string> PreparedDataFolder(absl::string_view given);

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

// The content of the open regular file `fd`, which errors call `path`. The same
// errors.
absl::StatusOr<std::string> ReadOpenFile(const ScopedFd& fd,
                                         const std::string& path,
                                         int64_t max_bytes);

// A name in an open folder: the folder stays the same one, whatever happens to
// its path.
struct FilePlace {
  ScopedFd folder;
  std::string name;  // Without a slash.
  std::string path;  // For errors.
};

// The place of `path`, whose folder must exist. Links above the last part are
// followed.
absl::StatusOr<FilePlace> FindPlace(const std::string& path);

// A file written piece by piece under a temporary name, unpredictable and of
// its own for each writer, in the same folder. Commit flushes it to the disk
// and renames it: a reader sees the old file or the new one, also after a
// crash. A link at the path is replaced, not followed.
//   1. Create. 2. Write, any number of times. 3. Commit.
class AtomicFile {
 public:
  static absl::StatusOr<AtomicFile> Create(const std::string& path);
  static absl::StatusOr<AtomicFile> Create(FilePlace place);

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
  AtomicFile(FilePlace place, std::string temporary, ScopedFd fd)
      : place_(std::move(place)),
        temporary_(std::move(temporary)),
        fd_(std::move(fd)) {}

  FilePlace place_;
  std::string temporary_;  // Its name; empty once it is committed.
  ScopedFd fd_;            // Empty if moved from.
};

// The same in one call.
absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view content);

// Creates a folder and its parents. OK if it exists.
absl::Status MakeFolder(const std::string& path);

// The same for a folder that, if it is new, only its owner may enter: others
// could place or change files in it. Parents are as MakeFolder makes them.
absl::Status MakePrivateFolder(const std::string& path);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_FILES_H_
