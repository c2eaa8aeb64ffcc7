#include "base/file_reads.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/json.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

thread_local FileReads* innermost = nullptr;

// "name state" of each file in `folder`, sorted.
std::set<std::string> Describe(const fs::path& folder) {
  std::set<std::string> lines;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string state = FileState(entry->path().string());
    if (state.empty()) continue;
    lines.insert(absl::StrCat(entry->path().filename().string(), " ", state));
  }
  return lines;
}

}  // namespace

FileReads::FileReads() : outer_(innermost) { innermost = this; }

FileReads::~FileReads() {
  innermost = outer_;
  if (outer_ != nullptr) {
    outer_->folders_.insert(folders_.begin(), folders_.end());
  }
}

void NoteFileRead(absl::string_view path) {
  if (innermost == nullptr) return;
  innermost->folders_.insert(
      fs::path(std::string(path)).parent_path().lexically_normal().string());
}

std::string FileState(const std::string& path) {
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return "";
  return absl::StrCat(found.st_ino, " ", found.st_size, " ",
                      found.st_mtim.tv_sec, ".", found.st_mtim.tv_nsec, " ",
                      found.st_ctim.tv_sec, ".", found.st_ctim.tv_nsec);
}

std::string FolderFingerprint(const std::string& root,
                              const std::set<std::string>& folders) {
  std::string text;
  for (const std::string& folder : folders) {
    absl::StrAppend(&text, folder, "\n");
    for (const std::string& line : Describe(fs::path(root) / folder)) {
      absl::StrAppend(&text, "  ", line, "\n");
    }
  }
  return Sha256Hex(text);
}

}  // namespace bigstep
