// Makes one of LibTorch's own optimizers a Bigstep optimizer.
#ifndef BIGSTEP_OPTIMIZERS_COMMON_LIBTORCH_OPTIMIZER_H_
#define BIGSTEP_OPTIMIZERS_COMMON_LIBTORCH_OPTIMIZER_H_

#include <torch/optim/optimizer.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/named_tensors.h"
#include "optimizers/optimizer.h"

namespace bigstep {

// LibTorch's form of the parameters.
std::vector<at::Tensor> Tensors(const NamedTensors& parameters);

// `lr`, or infinity if `lr` * `gain` is beyond the range of float32: LibTorch
// throws where a finite factor does not fit into the tensor's type.
double RepresentableLr(double lr, double gain = 1);

class LibtorchOptimizer : public Optimizer {
 public:
  // `lr` is the step size at lr_scale 1. A step multiplies tensors by at most
  // lr * lr_scale * `gain`.
  LibtorchOptimizer(std::unique_ptr<torch::optim::Optimizer> optimizer,
                    double lr, double gain = 1)
      : optimizer_(std::move(optimizer)), lr_(lr), gain_(gain) {}

  // If lr * lr_scale * `gain` is beyond the range of float32, the learning rate
  // counts as infinite, and the weights become infinite or NaN: training
  // diverges.
  at::Tensor Step(const GradientFn& gradients, double lr_scale) final;

  // LibTorch's own serialization of the optimizer, as one tensor of bytes.
  NamedTensors State() const final;
  absl::Status SetState(const NamedTensors& state) final;

 private:
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
  double lr_;
  double gain_;
};

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_COMMON_LIBTORCH_OPTIMIZER_H_
