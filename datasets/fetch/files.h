// Large files, piece by piece, with every error of the file system checked.
#ifndef BIGSTEP_DATASETS_FETCH_FILES_H_
#define BIGSTEP_DATASETS_FETCH_FILES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// A file that is written from front to back. Closed when destroyed.
class OutputFile {
 public:
  // AlreadyExists if `path` is there, be it a link; the path's errors.
  static absl::StatusOr<OutputFile> Create(const std::string& path);
  // Appends to `path`, which is created if needed. DataLoss if it is a link,
  // FailedPrecondition if it is something else than a file.
  static absl::StatusOr<OutputFile> Append(const std::string& path);

  OutputFile(OutputFile&& other)
      : path_(std::move(other.path_)),
        fd_(std::exchange(other.fd_, -1)),
        size_(other.size_) {}
  ~OutputFile();

  absl::Status Write(absl::string_view data);
  // Discards the content.
  absl::Status Clear();
  // Its size in bytes.
  int64_t size() const { return size_; }

 private:
  OutputFile(std::string path, int fd, int64_t size)
      : path_(std::move(path)), fd_(fd), size_(size) {}
  static absl::StatusOr<OutputFile> Open(const std::string& path, int flags);

  std::string path_;
  int fd_;
  int64_t size_;
};

// Gives the content of a file to `take`, in order; stops when it fails.
absl::Status ReadInPieces(
    const std::string& path,
    const std::function<absl::Status(absl::string_view)>& take);

// In bytes. NotFound if `path` is not there, FailedPrecondition if it is not
// a regular file or a link to one.
absl::StatusOr<int64_t> SizeOf(const std::string& path);

// Whether anything is at `path`, be it a dangling link.
bool Exists(const std::string& path);

// Whether a link is at `path`.
bool IsLink(const std::string& path);

// Moves a file or folder within a file system. Files are replaced, folders are
// not.
absl::Status Rename(const std::string& from, const std::string& to);

// Moves the folder `from` to `to`. An existing folder is moved to `old`, which
// must not exist, and removed at the end. If the move fails, it is restored; if
// this process dies in between, it stays at `old`.
absl::Status ReplaceFolder(const std::string& from, const std::string& to,
                           const std::string& old);

// Removes a file or a folder with its content. OK if it does not exist.
absl::Status Remove(const std::string& path);

// Waits until everything written near `path` is on the disk.
absl::Status Flush(const std::string& path);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_FILES_H_
