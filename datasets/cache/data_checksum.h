// A checksum that shows whether two trials saw the same data.
#ifndef BIGSTEP_DATASETS_CACHE_DATA_CHECKSUM_H_
#define BIGSTEP_DATASETS_CACHE_DATA_CHECKSUM_H_

#include <cstdint>
#include <string>

#include "datasets/dataset.h"

namespace bigstep {

// SHA-256 in hexadecimal over all splits of a dataset on the CPU: their names,
// inputs, labels, bias labels and regression targets, and the spurious mask.
// Inputs that are made from many files count by the names and sizes of these
// (Split::files_sha256); those that a source of another kind reads do not
// count. Later processing of the inputs (normalization, augmentation) is not
// data. Depends on the values alone, not on their layout in memory.
std::string DataSha256(const Dataset& dataset);

// Bytes that the tensors of all splits take.
int64_t ResidentBytes(const Dataset& dataset);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CACHE_DATA_CHECKSUM_H_
