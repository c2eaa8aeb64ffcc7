#include "base/tensor_checks.h"

#include <ATen/ATen.h>
#include <c10/core/ScalarType.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bigstep {
namespace {

std::string Form(const std::vector<int64_t>& shape, at::ScalarType dtype) {
  return absl::StrCat("[", absl::StrJoin(shape, ", "), "] ",
                      c10::toString(dtype));
}

}  // namespace

absl::Status CheckTensor(const at::Tensor& tensor,
                         const std::vector<int64_t>& shape,
                         at::ScalarType dtype, absl::string_view name) {
  const std::string expected = Form(shape, dtype);
  if (!tensor.defined()) {
    return absl::InternalError(
        absl::StrCat(name, ": expected ", expected, ", found no tensor"));
  }
  const std::vector<int64_t> found = tensor.sizes().vec();
  bool same = tensor.scalar_type() == dtype && found.size() == shape.size();
  for (size_t i = 0; same && i < shape.size(); ++i) {
    same = shape[i] == -1 || shape[i] == found[i];
  }
  if (same) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(name, ": expected ", expected,
                                          ", found ",
                                          Form(found, tensor.scalar_type())));
}

absl::Status CheckFinite(const at::Tensor& tensor, absl::string_view name) {
  if (!tensor.is_floating_point() || at::isfinite(tensor).all().item<bool>()) {
    return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrCat(name, ": expected finite values, found ",
                   (~at::isfinite(tensor)).sum().item<int64_t>(), " of ",
                   tensor.numel(), " that are not"));
}

absl::Status CheckInRange(const at::Tensor& tensor, int64_t low, int64_t high,
                          absl::string_view name) {
  if (tensor.numel() == 0) return absl::OkStatus();
  const int64_t least = tensor.min().item<int64_t>();
  const int64_t most = tensor.max().item<int64_t>();
  if (least >= low && most < high) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(name, ": expected values in [", low,
                                          ", ", high, "), found ", least,
                                          " to ", most));
}

}  // namespace bigstep
