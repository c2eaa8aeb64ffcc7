// Inputs made once, stored in one file and read from there afterwards.
#ifndef BIGSTEP_DATASETS_IMAGES_IMAGE_CACHE_H_
#define BIGSTEP_DATASETS_IMAGES_IMAGE_CACHE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "datasets/dataset.h"

namespace bigstep {

// All inputs of `source` without augmentation: `shape` [N, ...] uint8.
//
// If `folder` is empty, they are held in memory. Otherwise they are stored in
// the safetensors file `<folder>/<key>.inputs` and mapped from there, read-only
// (see MapSafetensors, which verifies the checksum of its content). `key`,
// hexadecimal digits, must differ whenever inputs may. The file is made if it
// is missing, and made again, which the log says, if it is damaged or of
// another version, key or shape; it appears as a whole (see AtomicFile): of
// several processes that make it, the last one wins, with the same content. Old
// files may be deleted at any time.
//
// Passes on errors of `source`; those of the disk name the file. Cancelled if
// interrupted while the inputs are made.
absl::StatusOr<at::Tensor> LoadThroughCache(const std::string& folder,
                                            absl::string_view key,
                                            const std::vector<int64_t>& shape,
                                            const InputSource& source);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_IMAGE_CACHE_H_
