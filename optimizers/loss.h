// The loss that training minimises, for each example.
#ifndef BIGSTEP_OPTIMIZERS_LOSS_H_
#define BIGSTEP_OPTIMIZERS_LOSS_H_

#include <ATen/core/Tensor.h>

#include "base/registry.h"
#include "optimizers/families.h"

namespace bigstep {

class Loss {
 public:
  virtual ~Loss() = default;

  // The loss of each example, [N] float32 >= 0, differentiable in `logits`
  // [N, K] float32; `labels` [N] int64 in [0, K). The trainer takes the mean.
  // Finite for finite logits of any size.
  virtual at::Tensor PerExample(const at::Tensor& logits,
                                const at::Tensor& labels) const = 0;
};

struct LossArgs {};

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_LOSS_H_
