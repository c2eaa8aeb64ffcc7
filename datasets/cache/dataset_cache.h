// The datasets that trials train on, made on first use and shared by all
// processes that use them.
#ifndef BIGSTEP_DATASETS_CACHE_DATASET_CACHE_H_
#define BIGSTEP_DATASETS_CACHE_DATASET_CACHE_H_

#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "base/registry.h"
#include "datasets/cache/cache_folder.h"
#include "datasets/dataset.h"

namespace bigstep {

// Holds the dataset that was requested last: trials with the same data follow
// each other.
//
// A dataset of at least `keep_from_bytes` is stored in a file of the cache
// folder (dataset_file.h) and mapped from there, so that all processes share
// one copy and later ones need not prepare it. The first process to request it
// makes it, under a lock for which the others wait. A file is valid while the
// plugin's version, the options, the seed (of seeded datasets), LibTorch, the
// processor's vector instructions (both change the last digits of random
// numbers) and the fingerprint of the folders read (file_reads.h) are those it
// was made with; otherwise it is made again and replaced. If the folder cannot
// be used, or the disk is nearly full, the log says so once and the dataset
// stays in private memory. The checksum of a file's content is verified each
// time that it is mapped; the log says so when a damaged one is made again.
// Files that killed processes left in the folder are removed. Beyond
// `max_bytes`, the files unused the longest are deleted; the user may delete
// any at any time.
class DatasetCache {
 public:
  struct Options {
    std::string data_root;     // See DatasetArgs.
    std::string cache_folder;  // See DatasetArgs. Empty: no files.
    c10::Device device = c10::kCPU;
    // Whether datasets are stored in and read from the cache folder.
    bool keep = true;
    // Below this, making a dataset again is cheaper than a file.
    int64_t keep_from_bytes = int64_t{8} << 20;
    int64_t max_bytes = int64_t{20} << 30;   // Of all files.
    int64_t spare_bytes = int64_t{1} << 30;  // Left free on the disk.
  };

  explicit DatasetCache(Options options);

  // The chosen dataset of a trial with this seed, on the device; its note
  // "sha256" is its DataSha256 and "counts" its CountExamples. Valid until the
  // next call. Its tensors may be mapped read-only: writing to them crashes the
  // process. Errors are those of the plugin, exceptions included; Cancelled if
  // interrupted while another process makes the dataset.
  absl::StatusOr<const Dataset*> Get(const PluginConfig& choice, int64_t seed);

 private:
  absl::StatusOr<std::unique_ptr<Dataset>> Find(const PluginConfig& choice,
                                                int64_t seed);

  const Options options_;
  const CacheFolder folder_;
  Json identity_;
  int64_t seed_ = 0;
  std::unique_ptr<Dataset> dataset_;
  std::set<std::string> never_cached_;  // Identities of datasets.
  bool warned_ = false;
  bool tidied_ = false;
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CACHE_DATASET_CACHE_H_
