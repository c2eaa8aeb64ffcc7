// The loss that training minimises, for each example.
#ifndef BIGSTEP_OPTIMIZERS_LOSS_H_
#define BIGSTEP_OPTIMIZERS_LOSS_H_

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "base/registry.h"
#include "base/task.h"
#include "optimizers/families.h"

namespace bigstep {

class Loss {
 public:
  virtual ~Loss() = default;

  // What it is a loss for; never kEither.
  virtual Task task() const { return Task::kClassification; }

  // The loss of each example, [N] float32 >= 0, differentiable in `outputs`
  // [N, K] float32. `targets`: labels [N] int64 in [0, K), or regression
  // targets [N, K] float32. The trainer takes the mean. A loss of classes is
  // finite for finite outputs of any size; where another overflows, trials
  // diverge.
  virtual at::Tensor PerExample(const at::Tensor& outputs,
                                const at::Tensor& targets) const = 0;

  // Whether Direct works on this device.
  virtual bool HasDirect(c10::Device /*device*/) const { return false; }

  // The losses without a graph, and the gradient of their weighted sum by
  // `outputs`, to the bits of PerExample and autograd. Called only if
  // HasDirect. `weights` [N] float32, contiguous. The tensors are the caller's
  // to change.
  struct WithGradient {
    at::Tensor losses;    // [N] float32.
    at::Tensor gradient;  // [N, K] float32, contiguous.
  };
  virtual WithGradient Direct(const at::Tensor& /*outputs*/,
                              const at::Tensor& /*targets*/,
                              const at::Tensor& /*weights*/) const {
    return {};
  }
};

struct LossArgs {};

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_LOSS_H_
