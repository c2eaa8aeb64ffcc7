#include "datasets/images/shared_images.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <set>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/files.h"
#include "base/json.h"

namespace bigstep {
namespace {

// The end of an image's file has its last pixels; its beginning is often that
// of other files.
constexpr int64_t kEnd = 4096;
constexpr int64_t kMaxFileBytes = int64_t{1} << 30;

struct File {
  int split;
  const std::string* path;
  std::string key = {};  // Equal for files that may be equal; "": unreadable.
};

// The key of a file whose key so far is `key`.
using Refine =
    std::function<std::string(const std::string& path, const std::string& key)>;

std::string SizeOf(const std::string& path, const std::string&) {
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return "";
  return absl::StrCat(found.st_size);
}

std::string EndOf(const std::string& path, const std::string& key) {
  const absl::StatusOr<ScopedFd> fd = OpenFile(path);
  struct stat found = {};
  if (!fd.ok() || fstat(fd->get(), &found) != 0) return "";
  std::string end(std::min<int64_t>(kEnd, found.st_size), '\0');
  const int64_t from = found.st_size - static_cast<int64_t>(end.size());
  const ssize_t size = pread(fd->get(), end.data(), end.size(), from);
  if (size != static_cast<ssize_t>(end.size())) return "";
  return absl::StrCat(key, " ", Sha256Hex(end));
}

std::string ContentOf(const std::string& path, const std::string&) {
  const absl::StatusOr<std::string> content = ReadFile(path, kMaxFileBytes);
  return content.ok() ? Sha256Hex(*content) : "";
}

// Refines the keys of `files`; keeps the files whose key is in several splits.
// A path listed twice is examined once.
void Keep(const Refine& refine, std::vector<File>& files) {
  std::map<std::string, std::string> known;  // By path.
  std::map<std::string, std::set<int>> splits;
  for (File& file : files) {
    const auto [found, is_new] = known.emplace(*file.path, "");
    if (is_new) found->second = refine(*file.path, file.key);
    file.key = found->second;
    splits[file.key].insert(file.split);
  }
  files.erase(std::remove_if(files.begin(), files.end(),
                             [&](const File& file) {
                               return file.key.empty() ||
                                      splits[file.key].size() < 2;
                             }),
              files.end());
}

}  // namespace

SharedImages FindSharedImages(
    const std::vector<std::vector<std::string>>& splits) {
  std::vector<File> files;
  for (size_t split = 0; split < splits.size(); ++split) {
    for (const std::string& path : splits[split]) {
      files.push_back({static_cast<int>(split), &path});
    }
  }
  const size_t all = files.size();
  Keep(SizeOf, files);
  Keep(EndOf, files);
  Keep(ContentOf, files);
  SharedImages shared;
  // The first file of each content in each split, as files come split by split.
  std::map<std::string, std::map<int, const std::string*>> first;
  for (const File& file : files) {
    std::map<int, const std::string*>& with_key = first[file.key];
    with_key.emplace(file.split, file.path);
    for (const auto& [split, path] : with_key) {
      if (split >= file.split) break;
      SharedImages::Between& between = shared.between[{split, file.split}];
      if (between.count++ > 0) continue;
      between.first = *path;
      between.second = *file.path;
    }
  }
  shared.all_equal = files.size() == all && first.size() == 1;
  return shared;
}

}  // namespace bigstep
