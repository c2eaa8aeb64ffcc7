#include "base/named_tensors.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bigstep {
namespace {

std::string Form(const at::Tensor& tensor) {
  return absl::StrCat(at::toString(tensor.scalar_type()), " [",
                      absl::StrJoin(tensor.sizes(), ", "), "]");
}

}  // namespace

absl::Status CopyValues(const NamedTensors& from, const NamedTensors& to) {
  std::map<std::string, at::Tensor> given(from.begin(), from.end());
  std::vector<std::pair<at::Tensor, at::Tensor>> pairs;
  for (const auto& [name, tensor] : to) {
    const auto found = given.find(name);
    if (found == given.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("tensor '", name, "' is missing"));
    }
    if (Form(found->second) != Form(tensor)) {
      return absl::InvalidArgumentError(
          absl::StrCat("tensor '", name, "': expected ", Form(tensor),
                       ", found ", Form(found->second)));
    }
    pairs.emplace_back(found->second, tensor);
    given.erase(found);
  }
  if (!given.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("tensor '", given.begin()->first, "' is not expected"));
  }
  const c10::NoGradGuard no_grad;
  for (const auto& [source, target] : pairs) target.copy_(source);
  return absl::OkStatus();
}

}  // namespace bigstep
