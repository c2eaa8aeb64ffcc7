// The folder in which processes share prepared datasets.
#ifndef BIGSTEP_DATASETS_CACHE_CACHE_FOLDER_H_
#define BIGSTEP_DATASETS_CACHE_CACHE_FOLDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "base/file_lock.h"
#include "datasets/dataset.h"

namespace bigstep {

// Identifies a dataset in the folder.
struct CacheEntry {
  std::string stem;  // Of its files. One for each dataset and options.
  int64_t seed = 0;
  // Everything that decides the content, except for the seed.
  std::string key;
};

// Files `<stem>.dataset` and, of seeded datasets, `<stem>-seed<n>.dataset`;
// while one is being made, there is a file `.lock` beside it. A damaged file is
// deleted, which the log says.
class CacheFolder {
 public:
  struct Options {
    std::string folder;
    std::string data_root;    // Above the folders read; see DatasetArgs.
    int64_t max_bytes = 0;    // Of all datasets in the folder.
    int64_t spare_bytes = 0;  // See WriteDataset.
  };

  explicit CacheFolder(Options options) : options_(std::move(options)) {}

  // The dataset stored as `entry`; nullptr if there is none, if its file is
  // damaged, or if the files that it was made from have changed.
  std::unique_ptr<Dataset> Find(const CacheEntry& entry) const;

  // The same, but waits while another process makes it. nullptr if the caller
  // should make it: the first caller then holds `lock`. Callers that waited
  // although the first one stored nothing get no lock, so that they do not wait
  // for each other. Where files cannot be locked, nobody waits: the same may
  // then be made several times. Cancelled if interrupted while it waits.
  absl::StatusOr<std::unique_ptr<Dataset>> FindOrLock(
      const CacheEntry& entry, std::optional<FileLock>* lock) const;

  // Stores a cacheable dataset that was made from files in these folders, and
  // returns it from its file. Then deletes the files unused the longest until
  // no more than max_bytes remain.
  absl::StatusOr<std::unique_ptr<Dataset>> Store(
      const CacheEntry& entry, const std::set<std::string>& folders_read,
      const Dataset& dataset) const;

  // Removes what killed processes left in the folder.
  void RemoveLeftovers() const;

 private:
  std::string Path(const std::string& file) const;
  // The name of the entry's file without its ending.
  static std::string FileStem(const CacheEntry& entry, bool seeded);
  // Whether a file shows that datasets of this stem depend on the seed.
  bool IsSeeded(const CacheEntry& entry) const;
  std::unique_ptr<Dataset> Load(const CacheEntry& entry, bool seeded) const;
  void Trim(const std::string& newest) const;

  const Options options_;
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CACHE_CACHE_FOLDER_H_
