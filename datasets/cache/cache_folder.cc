#include "datasets/cache/cache_folder.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file_reads.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/leftovers.h"
#include "base/log.h"
#include "base/status.h"
#include "datasets/cache/dataset_file.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

constexpr char kEnding[] = ".dataset";
constexpr char kLockEnding[] = ".lock";

// The key as it is written to a file.
std::string FullKey(const CacheEntry& entry, bool seeded) {
  return seeded ? absl::StrCat(entry.key, "\nseed ", entry.seed) : entry.key;
}

struct File {
  fs::path path;
  fs::file_time_type time;
  int64_t size;
};

// The files in `folder`, the oldest first.
std::vector<File> ListFiles(const std::string& folder) {
  std::vector<File> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;  // Others may delete files, too.
    const auto time = entry->last_write_time(gone);
    const bool regular = !gone && entry->is_regular_file(gone);
    const uintmax_t size = regular ? entry->file_size(gone) : 0;
    if (!regular || gone) continue;
    files.push_back({entry->path(), time, static_cast<int64_t>(size)});
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.time < b.time; });
  return files;
}

// `folder` as it lies below `root`, if it does.
std::string Below(const std::string& root, const std::string& folder) {
  const fs::path inside =
      fs::path(folder).lexically_relative(fs::path(root).lexically_normal());
  return inside.empty() || *inside.begin() == ".." ? folder : inside.string();
}

}  // namespace

std::string CacheFolder::Path(const std::string& file) const {
  return absl::StrCat(options_.folder, "/", file);
}

std::string CacheFolder::FileStem(const CacheEntry& entry, bool seeded) {
  return seeded ? absl::StrCat(entry.stem, "-seed", entry.seed) : entry.stem;
}

bool CacheFolder::IsSeeded(const CacheEntry& entry) const {
  const std::string prefix = entry.stem + "-seed";
  for (const File& file : ListFiles(options_.folder)) {
    const std::string found = file.path.filename().string();
    if (absl::StartsWith(found, prefix) && absl::EndsWith(found, kEnding)) {
      return true;
    }
  }
  return false;
}

std::unique_ptr<Dataset> CacheFolder::Load(const CacheEntry& entry,
                                           bool seeded) const {
  const std::string path = Path(FileStem(entry, seeded) + kEnding);
  absl::StatusOr<StoredDataset> stored = MapDataset(path);
  std::error_code unimportant;
  if (absl::IsDataLoss(stored.status())) {
    BIGSTEP_LOG(WARNING) << "a prepared dataset is made again: "
                         << stored.status().message();
    fs::remove(path, unimportant);
  }
  if (!stored.ok()) return nullptr;
  const DatasetOrigin& origin = stored->origin;
  if (origin.key != FullKey(entry, seeded) ||
      origin.fingerprint !=
          FolderFingerprint(options_.data_root, origin.folders) ||
      !CheckDataset(*stored->dataset).ok()) {
    return nullptr;
  }
  fs::last_write_time(path, fs::file_time_type::clock::now(), unimportant);
  return std::move(stored->dataset);
}

std::unique_ptr<Dataset> CacheFolder::Find(const CacheEntry& entry) const {
  std::unique_ptr<Dataset> dataset = Load(entry, /*seeded=*/true);
  return dataset != nullptr ? std::move(dataset)
                            : Load(entry, /*seeded=*/false);
}

absl::StatusOr<std::unique_ptr<Dataset>> CacheFolder::FindOrLock(
    const CacheEntry& entry, std::optional<FileLock>* lock) const {
  // Whether seeds matter shows when a dataset was made. Until then all seeds
  // wait for the first.
  std::optional<bool> locked;
  bool waited = false;
  for (;;) {
    std::unique_ptr<Dataset> dataset = Find(entry);
    if (dataset != nullptr) return dataset;
    const bool seeded = IsSeeded(entry);
    if (locked == seeded) {
      if (waited) lock->reset();
      return dataset;
    }
    lock->reset();
    // Store reports errors with it.
    (void)MakePrivateFolder(options_.folder);
    const std::string path = Path(FileStem(entry, seeded) + kLockEnding);
    auto held = FileLock::Try(path);
    waited = held.ok() && !held->has_value();
    if (waited) {
      held = FileLock::Wait(path, "a dataset that another process prepares",
                            Interrupted);
    }
    if (absl::IsCancelled(held.status())) return held.status();
    if (held.ok()) *lock = *std::move(held);
    locked = seeded;
  }
}

absl::StatusOr<std::unique_ptr<Dataset>> CacheFolder::Store(
    const CacheEntry& entry, const std::set<std::string>& folders_read,
    const Dataset& dataset) const {
  DatasetOrigin origin;
  origin.key = FullKey(entry, dataset.seeded);
  for (const std::string& folder : folders_read) {
    origin.folders.insert(Below(options_.data_root, folder));
  }
  origin.fingerprint = FolderFingerprint(options_.data_root, origin.folders);
  const std::string path = Path(FileStem(entry, dataset.seeded) + kEnding);
  RETURN_IF_ERROR(MakePrivateFolder(options_.folder));
  RETURN_IF_ERROR(WriteDataset(path, origin, dataset, options_.spare_bytes));
  ASSIGN_OR_RETURN(StoredDataset stored, MapDataset(path));
  Trim(path);
  return std::move(stored.dataset);
}

void CacheFolder::RemoveLeftovers() const {
  RemoveTemporaryFiles(options_.folder);
  // A younger one may be about to be locked.
  const auto old = fs::file_time_type::clock::now() - std::chrono::minutes(1);
  for (const File& file : ListFiles(options_.folder)) {
    if (file.time > old || !absl::EndsWith(file.path.string(), kLockEnding)) {
      continue;
    }
    // Taking a lock that nobody holds and releasing it removes the file.
    (void)FileLock::Try(file.path.string());
  }
}

void CacheFolder::Trim(const std::string& newest) const {
  std::vector<File> files = ListFiles(options_.folder);
  files.erase(std::remove_if(files.begin(), files.end(),
                             [](const File& file) {
                               return !absl::EndsWith(file.path.string(),
                                                      kEnding);
                             }),
              files.end());
  int64_t total = 0;
  for (const File& file : files) total += file.size;
  std::error_code gone;
  for (const File& file : files) {
    if (total <= options_.max_bytes) return;
    if (file.path == newest) continue;
    fs::remove(file.path, gone);
    total -= file.size;
  }
}

}  // namespace bigstep
