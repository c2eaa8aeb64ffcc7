// The folders that a piece of work reads files from: cached data depend on
// them.
#ifndef BIGSTEP_BASE_FILE_READS_H_
#define BIGSTEP_BASE_FILE_READS_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace bigstep {

// Collects, while it lives, the folders of all files that its thread reads. May
// be nested; the outer one includes the folders of the inner one.
class FileReads {
 public:
  FileReads();
  FileReads(const FileReads&) = delete;
  FileReads& operator=(const FileReads&) = delete;
  ~FileReads();

  const std::set<std::string>& folders() const { return folders_; }

 private:
  friend void NoteFileRead(absl::string_view path);

  std::set<std::string> folders_;
  FileReads* outer_;
};

// To be called when a data file is opened by other means than ReadFile
// (files.h).
void NoteFileRead(absl::string_view path);

// Inode, size and times of a file: another text if it was changed or replaced,
// even if its size and modification time stayed or were restored. (Two changes
// within a tick of the file system's clock, some milliseconds, may look the
// same; an inode that changed alone, by chmod, counts as a change.) Follows
// links. "" if it is not a regular file.
std::string FileState(const std::string& path);

// SHA-256 in hexadecimal over the names and states of all files in `folders`
// (not in the folders inside them): another one if a file was changed,
// replaced, added or removed. A relative folder lies below `root`.
std::string FolderFingerprint(const std::string& root,
                              const std::set<std::string>& folders);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_FILE_READS_H_
