#include "metrics/weights/quantization.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <utility>

#include "base/log.h"
#include "base/status.h"
#include "models/model.h"

namespace bigstep {

at::Tensor Quantized(const at::Tensor& weight, int64_t bits) {
  BIGSTEP_CHECK(bits >= 2 && bits <= 24) << bits;
  if (weight.numel() == 0) return weight.clone();
  const auto levels = static_cast<double>((int64_t{1} << (bits - 1)) - 1);
  const at::Tensor w = weight.detach().to(at::kDouble);
  const at::Tensor largest = w.abs().max();
  // Tensors of zeros divide by 1.
  const at::Tensor scale =
      at::where(largest.eq(0), at::ones_like(largest), largest) / levels;
  return (w / scale).round().mul(scale).to(weight.scalar_type());
}

absl::Status QuantizeWeights(const Model& model, int64_t bits, Model& copy) {
  RETURN_IF_ERROR(CheckQuantizable(model));
  const c10::NoGradGuard no_grad;
  const NamedTensors from = Parameters(model), to = Parameters(copy);
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i].second.dim() < 2) continue;
    to[i].second.detach().copy_(Quantized(from[i].second, bits));
  }
  return absl::OkStatus();
}

absl::Status CheckQuantizable(const Model& model) {
  for (const auto& [name, tensor] : Parameters(model)) {
    if (tensor.dim() > 1) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "nothing to quantize: the model has no weight tensor (two or more "
      "dimensions)");
}

}  // namespace bigstep
