// One file that holds a prepared dataset, mapped into the memory of all
// processes that use it.
#ifndef BIGSTEP_DATASETS_CACHE_PREPARED_FILE_H_
#define BIGSTEP_DATASETS_CACHE_PREPARED_FILE_H_

#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "datasets/dataset.h"

namespace bigstep {

// Beside the dataset, what tells whether it is still the right one.
struct Preparation {
  // What was asked for: any text, another one for another dataset.
  std::string key;
  // Folders of the files that it was made of, as FolderFingerprint takes them,
  // and their fingerprint then.
  std::set<std::string> folders;
  std::string fingerprint;
};

struct PreparedDataset {
  Preparation preparation;
  std::unique_ptr<Dataset> dataset;
};

// Whether a file can hold all of `dataset`: inputs that are read on demand or
// are made of many files (which have a cache of their own), and augmentations
// without a name, cannot be kept.
bool CanBeKept(const Dataset& dataset);

// Writes a dataset, on the CPU and such that it CanBeKept, to `path`: a head of
// text, then the tensors, each at a multiple of 64 bytes. Flushed to the disk
// under a temporary name, then renamed: a reader sees all of it or none.
// ResourceExhausted, before anything is written, if less than `spare_bytes`
// would be left free on the disk; else the errors of the system, which name the
// file.
absl::Status WritePrepared(const std::string& path,
                           const Preparation& preparation,
                           const Dataset& dataset, int64_t spare_bytes);

// Maps the file. Pages are read when they are used and shared by all processes.
// They are read-only: who writes to the tensors ends the process, because the
// alternative, a private copy of what was written, would let a trial change the
// data of those that come after it. The tensors keep the mapping alive, also
// when the file is deleted or replaced.
// NotFound if there is no file; DataLoss if it is not as this program writes
// it: another format, cut short, damaged in its head.
absl::StatusOr<PreparedDataset> MapPrepared(const std::string& path);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CACHE_PREPARED_FILE_H_
