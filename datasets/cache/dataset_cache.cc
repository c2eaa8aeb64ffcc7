#include "datasets/cache/dataset_cache.h"

#include <torch/version.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/exceptions.h"
#include "base/file_reads.h"
#include "base/log.h"
#include "base/machine.h"
#include "base/status.h"
#include "datasets/cache/data_checksum.h"
#include "datasets/cache/prepared_file.h"

namespace bigstep {
namespace {

PreparedName NameOf(const PluginConfig& choice, int64_t seed) {
  const std::string identity = CanonicalJson(choice.Identity());
  PreparedName name;
  name.stem =
      absl::StrCat(choice.name(), "-", Sha256Hex(identity).substr(0, 16));
  name.seed = seed;
  name.key = absl::StrCat(identity, "\nlibtorch ", TORCH_VERSION, "\ncpu ",
                          CpuCapability());
  return name;
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
  dataset_ = std::make_unique<Dataset>((*found)->To(options_.device));
  identity_ = identity;
  seed_ = seed;
  return dataset_.get();
}

absl::StatusOr<std::unique_ptr<Dataset>> DatasetCache::Find(
    const PluginConfig& choice, int64_t seed) {
  const DatasetArgs args = {options_.data_root, seed, options_.cache_folder};
  const std::string identity = CanonicalJson(choice.Identity());
  if (!options_.keep || options_.cache_folder.empty() ||
      never_kept_.count(identity) > 0) {
    return Make(choice, args);
  }
  const PreparedName name = NameOf(choice, seed);
  PreparedFolder::Lock lock;
  std::unique_ptr<Dataset> kept = folder_.FindOrLock(name, &lock);
  if (kept != nullptr) return kept;
  const FileReads reads;
  ASSIGN_OR_RETURN(std::unique_ptr<Dataset> made, Make(choice, args));
  if (!CanBeKept(*made) || ResidentBytes(*made) < options_.keep_from_bytes) {
    never_kept_.insert(identity);
    return made;
  }
  auto mapped = folder_.Keep(name, reads.folders(), *made);
  if (mapped.ok()) return mapped;
  if (!std::exchange(said_why_not_, true)) {
    BIGSTEP_LOG(WARNING) << "prepared datasets are not kept for other "
                            "processes: "
                         << mapped.status().message();
  }
  return made;
}

}  // namespace bigstep
