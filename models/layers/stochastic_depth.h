// Stochastic depth: while training, each example skips a residual branch with
// some probability.
//   Huang et al., ECCV 2016, arXiv:1603.09382.
#ifndef BIGSTEP_MODELS_LAYERS_STOCHASTIC_DEPTH_H_
#define BIGSTEP_MODELS_LAYERS_STOCHASTIC_DEPTH_H_

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace bigstep {

// `branch` [N, ...] float32 with each of its N rows zeroed with probability
// `drop_probability`, in [0, 1), and the others divided by
// 1 - drop_probability: the expectation stays. Takes N draws from `generator`,
// a CPU generator, whatever the device of `branch`; with probability 0 takes
// none and returns `branch`.
at::Tensor DropRows(const at::Tensor& branch, double drop_probability,
                    at::Generator& generator);

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_LAYERS_STOCHASTIC_DEPTH_H_
