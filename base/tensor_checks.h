// Checks of tensors, with messages of the form "expected ..., found ...".
#ifndef BIGSTEP_BASE_TENSOR_CHECKS_H_
#define BIGSTEP_BASE_TENSOR_CHECKS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// Internal unless `tensor` is defined and has this shape and dtype. A size of
// -1 in `shape` stands for any.
absl::Status CheckTensor(const at::Tensor& tensor,
                         const std::vector<int64_t>& shape,
                         at::ScalarType dtype, absl::string_view name);

// Internal if a value is NaN or infinite.
absl::Status CheckFinite(const at::Tensor& tensor, absl::string_view name);

// Internal if a value of the int64 `tensor` lies outside [low, high).
absl::Status CheckInRange(const at::Tensor& tensor, int64_t low, int64_t high,
                          absl::string_view name);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_TENSOR_CHECKS_H_
