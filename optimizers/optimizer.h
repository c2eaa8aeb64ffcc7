// A rule that changes parameters by their gradients.
#ifndef BIGSTEP_OPTIMIZERS_OPTIMIZER_H_
#define BIGSTEP_OPTIMIZERS_OPTIMIZER_H_

#include <functional>

#include "base/named_tensors.h"
#include "base/registry.h"

namespace bigstep {

// Recomputes the loss on the current batch at the current parameters, replaces
// every parameter's .grad() by the gradient there, and returns the loss, a
// scalar. Buffers such as batch norm's running statistics follow the first call
// of a step only.
using GradientFn = std::function<at::Tensor()>;

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // One update. Calls `gradients` at least once and returns the loss of the
  // first call, at the parameters before the update. The learning rate of the
  // step is the `lr` option times `lr_scale`, which a schedule gives. Leaves
  // .grad() as the last call of `gradients` made it.
  virtual at::Tensor Step(const GradientFn& gradients, double lr_scale) = 0;
};

struct OptimizerArgs {
  NamedTensors parameters;  // Shares storage with the model.
};

struct OptimizerFamily {
  static constexpr char kPlural[] = "optimizers";
  static constexpr char kSingular[] = "optimizer";
  using Product = Optimizer;
  using Args = OptimizerArgs;
};
using Optimizers = Registry<OptimizerFamily>;

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_OPTIMIZER_H_
