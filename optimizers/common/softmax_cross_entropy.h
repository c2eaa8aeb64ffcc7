// Softmax cross-entropy, which several losses share.
#ifndef BIGSTEP_OPTIMIZERS_COMMON_SOFTMAX_CROSS_ENTROPY_H_
#define BIGSTEP_OPTIMIZERS_COMMON_SOFTMAX_CROSS_ENTROPY_H_

#include <ATen/core/Tensor.h>

#include "optimizers/loss.h"

namespace bigstep {

// -log softmax(logits)[label] of each example, [N], differentiable in `logits`
// [N, K]; `labels` [N] int64 in [0, K). The losses that say they are
// cross-entropy at some value of an option all call this: ways to compute it
// differ in the last digits.
at::Tensor SoftmaxCrossEntropy(const at::Tensor& logits,
                               const at::Tensor& labels);

// The same without a graph, with its gradient: Loss::Direct, on the CPU.
Loss::WithGradient DirectSoftmaxCrossEntropy(const at::Tensor& logits,
                                             const at::Tensor& labels,
                                             const at::Tensor& weights);

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_COMMON_SOFTMAX_CROSS_ENTROPY_H_
