#include "optimizers/common/libtorch_optimizer.h"

#include <ATen/ATen.h>
#include <torch/serialize/archive.h>

#include <cstring>
#include <limits>
#include <string>

#include "base/exceptions.h"

namespace bigstep {
namespace {

constexpr char kBytes[] = "libtorch";

}  // namespace

std::vector<at::Tensor> Tensors(const NamedTensors& parameters) {
  std::vector<at::Tensor> tensors;
  for (const auto& [name, tensor] : parameters) tensors.push_back(tensor);
  return tensors;
}

double RepresentableLr(double lr, double gain) {
  return lr * gain > std::numeric_limits<float>::max()
             ? std::numeric_limits<double>::infinity()
             : lr;
}

at::Tensor LibtorchOptimizer::Step(const GradientFn& gradients,
                                   double lr_scale) {
  at::Tensor loss = gradients();
  const double lr = RepresentableLr(lr_ * lr_scale, gain_);
  for (auto& group : optimizer_->param_groups()) {
    group.options().set_lr(lr);
  }
  optimizer_->step();
  return loss;
}

NamedTensors LibtorchOptimizer::State() const {
  torch::serialize::OutputArchive archive;
  optimizer_->save(archive);
  std::string bytes;
  archive.save_to([&bytes](const void* data, size_t size) {
    bytes.append(static_cast<const char*>(data), size);
    return size;
  });
  at::Tensor tensor =
      at::empty({static_cast<int64_t>(bytes.size())}, at::kByte);
  std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
  return {{kBytes, tensor}};
}

absl::Status LibtorchOptimizer::SetState(const NamedTensors& state) {
  if (state.size() != 1 || state[0].first != kBytes ||
      state[0].second.scalar_type() != at::kByte) {
    return absl::InvalidArgumentError(
        "expected the bytes of one of LibTorch's optimizers, found other "
        "tensors");
  }
  return CatchExceptions([&] {
    const at::Tensor bytes = state[0].second.cpu().contiguous();
    const auto& parameters = optimizer_->param_groups().at(0).params();
    torch::serialize::InputArchive archive;
    // On the parameters' device, which may have another number than before.
    archive.load_from(
        static_cast<const char*>(bytes.data_ptr()), bytes.nbytes(),
        parameters.empty() ? at::Device(at::kCPU) : parameters[0].device());
    optimizer_->load(archive);
    return absl::OkStatus();
  });
}

}  // namespace bigstep
