// Inputs made once, kept in one file and read from there afterwards.
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
// If `folder` is empty, they are held in memory. Otherwise they are held in the
// file `<folder>/<key>.inputs`, mapped into memory: only what is used takes
// memory, processes share it, and writing to the tensor is an error that ends
// the process. `key`, hexadecimal digits, must differ whenever inputs may. The
// file is made if it is not there, or if its size or its header (version, key,
// shape) is not as expected. It appears under its name once it is complete and
// on the disk: of several processes that make it, the last one wins, with the
// same content. Old files may be deleted at any time.
//
// Passes on errors of `source`; those of the disk name the file.
absl::StatusOr<at::Tensor> LoadThroughCache(const std::string& folder,
                                            absl::string_view key,
                                            const std::vector<int64_t>& shape,
                                            const InputSource& source);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_IMAGE_CACHE_H_
