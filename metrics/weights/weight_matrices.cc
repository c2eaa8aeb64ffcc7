#include "metrics/weights/weight_matrices.h"

#include <ATen/ATen.h>

#include "base/status.h"
#include "models/model.h"

namespace bigstep {

absl::StatusOr<std::vector<at::Tensor>> WeightMatrices(const Model& model) {
  RETURN_IF_ERROR(CheckWeightMatrices(model));
  std::vector<at::Tensor> matrices;
  for (const auto& [name, tensor] : Parameters(model)) {
    if (tensor.dim() < 2) continue;
    matrices.push_back(
        tensor.detach().to(at::kCPU, at::kDouble).flatten(1).clone());
  }
  return matrices;
}

absl::Status CheckWeightMatrices(const Model& model) {
  for (const auto& [name, tensor] : Parameters(model)) {
    if (tensor.dim() > 1) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "the model has no weight tensor (of two or more dimensions) to measure");
}

}  // namespace bigstep
