// One file that holds a dataset, mapped into the memory of all processes that
// use it.
#ifndef BIGSTEP_DATASETS_CACHE_DATASET_FILE_H_
#define BIGSTEP_DATASETS_CACHE_DATASET_FILE_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "datasets/dataset.h"

namespace bigstep {

// Decides whether a file still holds the dataset that is wanted.
struct DatasetOrigin {
  // Identifies the dataset wanted: any text.
  std::string key;
  // Folders of the files that the dataset was made from, as FolderFingerprint
  // takes them, and their fingerprint then.
  std::set<std::string> folders;
  std::string fingerprint;
};

struct StoredDataset {
  DatasetOrigin origin;
  std::unique_ptr<Dataset> dataset;
};

// Whether a file can hold all of `dataset`. It cannot hold augmentations
// without a name, nor inputs that are read on demand or are made from many
// files (those have a cache of their own).
bool IsCacheable(const Dataset& dataset);

// Writes a cacheable dataset, on the CPU, to `path`: a safetensors file as
// WriteSafetensors writes it, with its errors.
absl::Status WriteDataset(const std::string& path, const DatasetOrigin& origin,
                          const Dataset& dataset, int64_t spare_bytes);

// Maps the file with MapSafetensors, which see. Its tensors are read-only.
// NotFound if the file is missing; DataLoss unless WriteDataset of this version
// wrote it.
absl::StatusOr<StoredDataset> MapDataset(const std::string& path);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CACHE_DATASET_FILE_H_
