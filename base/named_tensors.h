// Parameters as they travel from models to optimizers and metrics.
#ifndef BIGSTEP_BASE_NAMED_TENSORS_H_
#define BIGSTEP_BASE_NAMED_TENSORS_H_

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace bigstep {

// In the model's own order. Tensors are handles: the values are shared.
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

// Copies the values of `from` into the tensors of `to` that have the same
// names, from any device. InvalidArgument, and nothing is copied, unless both
// have the same names, in any order, with the same dtypes and shapes.
absl::Status CopyValues(const NamedTensors& from, const NamedTensors& to);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_NAMED_TENSORS_H_
