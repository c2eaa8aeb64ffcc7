// ReLU and 2x2 maximum pooling in one pass over memory, which saves a twentieth
// of a small convolutional network's training step.
#ifndef BIGSTEP_MODELS_LAYERS_RELU_POOL_H_
#define BIGSTEP_MODELS_LAYERS_RELU_POOL_H_

#include <ATen/core/Tensor.h>

namespace bigstep {

// MaxPoolOfRelu(x, 2, 2, 0), with the same values and gradients, for x
// [N, C, H, W]. Fast for float32 on the CPU with the channels of a pixel side
// by side (see ToFastLayout) while nothing watches activations; everything else
// goes through MaxPoolOfRelu. Gradients may themselves be differentiated, at
// the price of a second forward pass.
at::Tensor ReluPool(const at::Tensor& x);

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_LAYERS_RELU_POOL_H_
