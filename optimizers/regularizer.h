// A penalty on the parameters that is added to the loss.
#ifndef BIGSTEP_OPTIMIZERS_REGULARIZER_H_
#define BIGSTEP_OPTIMIZERS_REGULARIZER_H_

#include "base/named_tensors.h"
#include "base/registry.h"

namespace bigstep {

class Regularizer {
 public:
  virtual ~Regularizer() = default;

  // The penalty, a scalar >= 0, differentiable in the parameters.
  virtual at::Tensor Penalty(const NamedTensors& parameters) const = 0;
};

struct RegularizerArgs {};

struct RegularizerFamily {
  static constexpr char kPlural[] = "regularizers";
  static constexpr char kSingular[] = "regularizer";
  using Product = Regularizer;
  using Args = RegularizerArgs;
};
using Regularizers = Registry<RegularizerFamily>;

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_REGULARIZER_H_
