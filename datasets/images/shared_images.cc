#include "datasets/images/shared_images.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <mutex>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file_reads.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/json.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/status.h"

namespace bigstep {
namespace {

// The end of an image's file has its last pixels; its beginning is often that
// of other files.
constexpr int64_t kEnd = 4096;

// The time after which the log says what is being done.
constexpr auto kQuiet = std::chrono::seconds(5);

struct File {
  int split;
  const std::string* path;
  std::string key = {};  // Equal for files that may be equal; "": unreadable.
};

// The key of a file whose key so far is `key`.
using Refine = std::string (*)(const std::string& path, const std::string& key);

std::string SizeOf(const std::string& path, const std::string&) {
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return "";
  return absl::StrCat(found.st_size);
}

// Differs for a file that was changed.
std::string VersionOf(const std::string& path, const std::string&) {
  return FileState(path);
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
  return Sha256OfFile(path, Interrupted).value_or("");
}

class Finder {
 public:
  Finder(const std::vector<std::vector<std::string>>& splits,
         c10::ThreadPool& helpers)
      : helpers_(helpers) {
    for (size_t split = 0; split < splits.size(); ++split) {
      for (const std::string& path : splits[split]) {
        files_.push_back({static_cast<int>(split), &path});
      }
    }
  }

  // Differs if the files may have changed.
  absl::StatusOr<std::string> Fingerprint() {
    RETURN_IF_ERROR(Examine(VersionOf));
    std::string text;
    for (File& file : files_) {
      absl::StrAppend(&text, file.split, " ", file.key, " ", *file.path, "\n");
    }
    return Sha256Hex(text);
  }

  absl::StatusOr<SharedImages> Find() {
    const size_t all = files_.size();
    for (const Refine refine : {SizeOf, EndOf, ContentOf}) {
      RETURN_IF_ERROR(Examine(refine));
      KeepShared();
    }
    SharedImages shared;
    // The first file of each content in each split, as files come split by
    // split.
    std::map<std::string, std::map<int, const std::string*>> first;
    for (const File& file : files_) {
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
    shared.all_equal = files_.size() == all && first.size() == 1;
    return shared;
  }

 private:
  // Refines the keys of the files. A path listed twice is examined once.
  absl::Status Examine(Refine refine) {
    std::map<std::string, File*> first;  // By path.
    std::vector<File*> unique;
    for (File& file : files_) {
      if (first.emplace(*file.path, &file).second) unique.push_back(&file);
    }
    ParallelFor(helpers_, std::ssize(unique), [&](int64_t i) {
      if (Interrupted()) return;
      if (std::chrono::steady_clock::now() - start_ > kQuiet &&
          !noted_.exchange(true)) {
        BIGSTEP_LOG(WARNING) << "looking for images that are in two splits, "
                                "among "
                             << files_.size() << " files";
      }
      unique[i]->key = refine(*unique[i]->path, unique[i]->key);
    });
    if (Interrupted()) {
      return absl::CancelledError(
          "interrupted while looking for images that are in two splits");
    }
    for (File& file : files_) file.key = first.at(*file.path)->key;
    return absl::OkStatus();
  }

  // Leaves the files whose key is in several splits.
  void KeepShared() {
    std::map<std::string, std::set<int>> splits;
    for (const File& file : files_) splits[file.key].insert(file.split);
    files_.erase(std::remove_if(files_.begin(), files_.end(),
                                [&](const File& file) {
                                  return file.key.empty() ||
                                         splits[file.key].size() < 2;
                                }),
                 files_.end());
  }

  c10::ThreadPool& helpers_;
  const std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
  std::atomic<bool> noted_ = false;
  std::vector<File> files_;
};

}  // namespace

absl::StatusOr<SharedImages> FindSharedImages(
    const std::vector<std::vector<std::string>>& splits,
    c10::ThreadPool& helpers) {
  static std::mutex mutex;
  static auto* const known = new std::map<std::string, SharedImages>();
  ASSIGN_OR_RETURN(const std::string fingerprint,
                   Finder(splits, helpers).Fingerprint());
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = known->find(fingerprint);
  if (found != known->end()) return found->second;
  ASSIGN_OR_RETURN(const SharedImages shared, Finder(splits, helpers).Find());
  return known->emplace(fingerprint, shared).first->second;
}

}  // namespace bigstep
