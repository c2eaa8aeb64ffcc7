// Sums of gradients.
#ifndef BIGSTEP_OPTIMIZERS_COMMON_ADD_TO_H_
#define BIGSTEP_OPTIMIZERS_COMMON_ADD_TO_H_

#include <ATen/core/Tensor.h>

namespace bigstep {

// gradient += factor * values, in place; an undefined gradient is zero. Both
// have one shape, dtype and device.
inline void AddTo(at::Tensor& gradient, const at::Tensor& values,
                  double factor) {
  if (gradient.defined()) {
    gradient.add_(values, factor);
  } else {
    gradient = values * factor;
  }
}

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_COMMON_ADD_TO_H_
