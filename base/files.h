// Files as a user means them, and writes that are seen whole or not at all.
#ifndef BIGSTEP_BASE_FILES_H_
#define BIGSTEP_BASE_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// Resolves a path typed by a user: "~/" is their home, and a relative path
// starts where they typed the command, also under `bazel run` (which changes
// the directory and leaves the old one in BUILD_WORKING_DIRECTORY).
std::string UserPath(absl::string_view path);

// The folder that holds the datasets' files: `given` if it is not empty, else
// $BIGSTEP_DATA_ROOT, else ~/.cache/bigstep/data. All as a user types paths.
std::string DataRoot(absl::string_view given);

// The whole content. NotFound or PermissionDenied name the path.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Writes under a temporary name in the same folder, flushes to the disk and
// renames: a reader sees the old file or the new one, also after a crash.
absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view content);

// Makes a folder and its parents. OK if it is there already.
absl::Status MakeFolder(const std::string& path);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_FILES_H_
