#include "datasets/cache/dataset_cache.h"

#include <torch/version.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/exceptions.h"
#include "base/file_lock.h"
#include "base/file_reads.h"
#include "base/log.h"
#include "base/machine.h"
#include "base/status.h"
#include "datasets/cache/data_checksum.h"
#include "datasets/cache/dataset_file.h"
#include "datasets/data_counts.h"

namespace bigstep {
namespace {

CacheEntry EntryOf(const PluginConfig& choice, int64_t seed) {
  const std::string identity = CanonicalJson(choice.Identity());
  CacheEntry entry;
  entry.stem =
      absl::StrCat(choice.name(), "-", Sha256Hex(identity).substr(0, 16));
  entry.seed = seed;
  entry.key = absl::StrCat(identity, "\nlibtorch ", TORCH_VERSION, "\ncpu ",
                           CpuCapability());
  return entry;
}

// Makes the dataset of a trial, on the CPU.
absl::StatusOr<std::unique_ptr<Dataset>> Make(const PluginConfig& choice,
                                              const DatasetArgs& args) {
  ASSIGN_OR_RETURN(std::unique_ptr<Dataset> dataset,
                   Datasets::Get().Make(choice, args));
  RETURN_IF_ERROR(CheckDataset(*dataset));
  dataset->notes["sha256"] = DataSha256(*dataset);
  return dataset;
}

}  // namespace

DatasetCache::DatasetCache(Options options)
    : options_(std::move(options)),
      folder_({options_.cache_folder, options_.data_root, options_.max_bytes,
               options_.spare_bytes}) {}

absl::StatusOr<const Dataset*> DatasetCache::Get(const PluginConfig& choice,
                                                 int64_t seed) {
  const Json identity = choice.Identity();
  if (dataset_ != nullptr && identity == identity_ &&
      (!dataset_->seeded || seed == seed_)) {
    return dataset_.get();
  }
  dataset_ = nullptr;  // Frees the old one before the new one is made.
  auto found = CatchExceptions([&] { return Find(choice, seed); });
  RETURN_IF_ERROR(found.status())
      << "while making dataset '" << choice.name() << "'";
  // Not stored in files: older files lack the counts, and counting is fast.
  (*found)->notes["counts"] = CountExamples(**found);
  dataset_ = std::make_unique<Dataset>((*found)->To(options_.device));
  identity_ = identity;
  seed_ = seed;
  return dataset_.get();
}

absl::StatusOr<std::unique_ptr<Dataset>> DatasetCache::Find(
    const PluginConfig& choice, int64_t seed) {
  const DatasetArgs args = {options_.data_root, seed, options_.cache_folder};
  if (!options_.cache_folder.empty() && !std::exchange(tidied_, true)) {
    folder_.RemoveLeftovers();
  }
  const std::string identity = CanonicalJson(choice.Identity());
  if (!options_.keep || options_.cache_folder.empty() ||
      never_cached_.count(identity) > 0) {
    return Make(choice, args);
  }
  const CacheEntry entry = EntryOf(choice, seed);
  std::optional<FileLock> lock;
  ASSIGN_OR_RETURN(std::unique_ptr<Dataset> cached,
                   folder_.FindOrLock(entry, &lock));
  if (cached != nullptr) return cached;
  const FileReads reads;
  ASSIGN_OR_RETURN(std::unique_ptr<Dataset> made, Make(choice, args));
  if (!IsCacheable(*made) || ResidentBytes(*made) < options_.keep_from_bytes) {
    never_cached_.insert(identity);
    return made;
  }
  auto mapped = folder_.Store(entry, reads.folders(), *made);
  if (mapped.ok()) return mapped;
  if (!std::exchange(warned_, true)) {
    BIGSTEP_LOG(WARNING) << "datasets are not cached for other "
                            "processes: "
                         << mapped.status().message();
  }
  return made;
}

}  // namespace bigstep
