// Images to be put beside others: drawn at random from a class.
#ifndef BIGSTEP_DATASETS_BIAS_PARTNERS_H_
#define BIGSTEP_DATASETS_BIAS_PARTNERS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "absl/status/statusor.h"

namespace bigstep {

// For each class of `wanted` [N] int64, the position of an example of that
// class among `pool_labels` [M] int64, drawn uniformly and with replacement:
// [N] int64. Draws do not depend on each other's classes: where two calls with
// the same seed and pool want the same class, they get the same example.
// DataLoss if the pool has no example of a wanted class.
absl::StatusOr<at::Tensor> DrawPartners(const at::Tensor& wanted,
                                        const at::Tensor& pool_labels,
                                        uint64_t seed);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_BIAS_PARTNERS_H_
