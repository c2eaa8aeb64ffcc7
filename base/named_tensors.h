// Parameters as they travel from models to optimizers and metrics.
#ifndef BIGSTEP_BASE_NAMED_TENSORS_H_
#define BIGSTEP_BASE_NAMED_TENSORS_H_

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace bigstep {

// In the model's own order. Tensors are handles: the values are shared.
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

}  // namespace bigstep

#endif  // BIGSTEP_BASE_NAMED_TENSORS_H_
