// A rule that changes parameters by their gradients.
#ifndef BIGSTEP_OPTIMIZERS_OPTIMIZER_H_
#define BIGSTEP_OPTIMIZERS_OPTIMIZER_H_

#include <functional>

#include "absl/status/status.h"
#include "base/named_tensors.h"
#include "base/registry.h"
#include "optimizers/families.h"

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

  // The state that one Step leaves for the next, other than parameters:
  // momentum, moments and, also as tensors, counts of steps. Floating-point,
  // int64 or uint8; names are the optimizer's own. The tensors may share
  // storage with the optimizer: copy them before the next Step.
  virtual NamedTensors State() const = 0;

  // Takes over, by copying, the State of an optimizer with the same options
  // whose parameters had the values that those of this one have now. From then
  // on this one makes the steps that the other would have made, to the bit.
  // Called before the first Step, if at all. InvalidArgument or Internal if
  // `state` is not such a state; the optimizer is then unusable.
  virtual absl::Status SetState(const NamedTensors& state) = 0;
};

struct OptimizerArgs {
  NamedTensors parameters;  // Shares storage with the model.
};

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_OPTIMIZER_H_
