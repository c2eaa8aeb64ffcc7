// Folders whose content may come from another person, such as shared results.
#ifndef BIGSTEP_BASE_FOLDER_H_
#define BIGSTEP_BASE_FOLDER_H_

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/files.h"
#include "base/scoped_fd.h"

namespace bigstep {

// A folder below which no link is followed. Names are relative paths without
// "..": "trials/0a1b/record.json". Links in the path of the folder itself are
// followed. A link in a name is DataLoss, except that Write and
// AtomicFile::Create replace one at the end of the name and Remove removes it.
class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  std::string PathTo(absl::string_view name) const;

  // Creates the folder `name` and those above it. OK if it exists.
  absl::Status Make(absl::string_view name) const;
  // Refuses `name` if it is a link or leads through one.
  absl::Status CheckNoLink(absl::string_view name) const;
  // The names of the entries of the folder `name`, sorted; none if the folder
  // does not exist.
  absl::StatusOr<std::vector<std::string>> List(absl::string_view name) const;
  // Whether `name` is a regular file.
  bool HasFile(absl::string_view name) const;

  // The content of a regular file. NotFound if it is missing; the other errors
  // of ReadFile.
  absl::StatusOr<std::string> Read(
      absl::string_view name,
      int64_t max_bytes = std::numeric_limits<int64_t>::max()) const;
  // Replaces the file `name` by way of an AtomicFile. Its folder must exist.
  absl::Status Write(absl::string_view name, absl::string_view content) const;
  // Opens a regular file to append to it; creates it if needed. One with
  // further names (hard links) is replaced by a copy of its own.
  absl::StatusOr<ScopedFd> OpenToAppend(absl::string_view name) const;
  // Removes a file or a link. OK if it is not there.
  absl::Status Remove(absl::string_view name) const;
  // Gives the file or folder `from` the name `to`, of an empty folder or of
  // nothing yet.
  absl::Status Rename(absl::string_view from, absl::string_view to) const;

  // The place of `name`, for AtomicFile and FileLock. Its folder must exist.
  absl::StatusOr<FilePlace> Find(absl::string_view name) const;

 private:
  // OpenToAppend, whatever names the file has.
  absl::StatusOr<ScopedFd> Append(absl::string_view name) const;

  std::string path_;
};

// Reads a regular file that must not be a link; links above it are followed.
// The errors of Folder::Read.
absl::StatusOr<std::string> ReadUnlinkedFile(
    const std::string& path,
    int64_t max_bytes = std::numeric_limits<int64_t>::max());

// A new folder in $TMPDIR or /tmp, for this user alone; removed at the end with
// its content.
class PrivateFolder {
 public:
  static absl::StatusOr<PrivateFolder> Create();

  PrivateFolder(PrivateFolder&& other) noexcept
      : path_(std::exchange(other.path_, "")) {}
  PrivateFolder& operator=(PrivateFolder&&) = delete;
  ~PrivateFolder();

  const std::string& path() const { return path_; }

 private:
  explicit PrivateFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;  // Empty if moved from.
};

// DataLoss: `path` is a link, where none is followed.
absl::Status LinkError(const std::string& path);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_FOLDER_H_
