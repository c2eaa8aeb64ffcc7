#include "optimizers/common/libtorch_optimizer.h"

namespace bigstep {

std::vector<at::Tensor> Tensors(const NamedTensors& parameters) {
  std::vector<at::Tensor> tensors;
  for (const auto& [name, tensor] : parameters) tensors.push_back(tensor);
  return tensors;
}

at::Tensor LibtorchOptimizer::Step(const GradientFn& gradients,
                                   double lr_scale) {
  at::Tensor loss = gradients();
  for (auto& group : optimizer_->param_groups()) {
    group.options().set_lr(lr_ * lr_scale);
  }
  optimizer_->step();
  return loss;
}

}  // namespace bigstep
