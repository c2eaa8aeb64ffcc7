// A penalty on the parameters that is added to the loss.
#ifndef BIGSTEP_OPTIMIZERS_REGULARIZER_H_
#define BIGSTEP_OPTIMIZERS_REGULARIZER_H_

#include "base/named_tensors.h"
#include "base/registry.h"
#include "optimizers/families.h"

namespace bigstep {

class Regularizer {
 public:
  virtual ~Regularizer() = default;

  // The penalty, a scalar >= 0, differentiable in the parameters.
  virtual at::Tensor Penalty(const NamedTensors& parameters) const = 0;

  // Returns the penalty without a graph and adds its gradient to the .grad() of
  // the parameters, which is undefined where the loss has none. Regularizers
  // that know their gradient save time by overriding it.
  virtual at::Tensor AddGradient(const NamedTensors& parameters) const {
    const at::Tensor penalty = Penalty(parameters);
    if (penalty.requires_grad()) penalty.backward();
    return penalty.detach();
  }
};

struct RegularizerArgs {};

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_REGULARIZER_H_
