// The datasets that trials train on, made when they are first asked for and
// shared by all processes that use them.
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
#include "datasets/cache/prepared_folder.h"
#include "datasets/dataset.h"

namespace bigstep {

// Keeps the dataset that was given last: trials with the same data follow each
// other.
//
// A dataset of at least `keep_from_bytes` is kept in a file of the cache folder
// (prepared_file.h) and mapped from there, so that all processes share one copy
// and later ones need not prepare it. Whoever asks first makes it, under a lock
// for which the others wait. A file counts while plugin version, options, seed
// (of seeded datasets), LibTorch, the processor's vector instructions (both
// move last digits of random numbers) and the fingerprint of the folders read
// (file_reads.h) are those it was made with; else it is made again and takes
// the old one's place. If the folder cannot be used, or the disk is nearly
// full, the log says so once and the dataset stays in private memory. Beyond
// `max_bytes`, the files that were unused the longest are deleted; the user may
// delete any at any time.
class DatasetCache {
 public:
  struct Options {
    std::string data_root;     // See DatasetArgs.
    std::string cache_folder;  // See DatasetArgs. Empty: nothing is kept.
    c10::Device device = c10::kCPU;
    // Whether prepared datasets are kept in, and taken from, the cache folder.
    bool keep = true;
    // Below this, making a dataset again costs less than looking after a file.
    int64_t keep_from_bytes = int64_t{8} << 20;
    int64_t max_bytes = int64_t{20} << 30;   // Of all kept datasets.
    int64_t spare_bytes = int64_t{1} << 30;  // Left free on the disk.
  };

  explicit DatasetCache(Options options);

  // The chosen dataset of a trial with this seed, on the device; its note
  // "sha256" is its DataSha256. Valid until the next call. Its tensors may be
  // read-only memory: who writes to them ends the process. The error of
  // whatever makes it, exceptions included.
  absl::StatusOr<const Dataset*> Get(const PluginConfig& choice, int64_t seed);

 private:
  absl::StatusOr<std::unique_ptr<Dataset>> Find(const PluginConfig& choice,
                                                int64_t seed);

  const Options options_;
  const PreparedFolder folder_;
  Json identity_;
  int64_t seed_ = 0;
  std::unique_ptr<Dataset> dataset_;
  std::set<std::string> never_kept_;  // Identities of datasets.
  bool said_why_not_ = false;
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CACHE_DATASET_CACHE_H_
