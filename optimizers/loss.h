// The loss that training minimises, for each example.
#ifndef BIGSTEP_OPTIMIZERS_LOSS_H_
#define BIGSTEP_OPTIMIZERS_LOSS_H_

#include <ATen/core/Tensor.h>

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
};

struct LossArgs {};

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_LOSS_H_
