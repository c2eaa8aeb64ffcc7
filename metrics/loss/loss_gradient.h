// The training loss on many examples and its gradient, in batches.
#ifndef BIGSTEP_METRICS_LOSS_LOSS_GRADIENT_H_
#define BIGSTEP_METRICS_LOSS_LOSS_GRADIENT_H_

#include <ATen/core/Tensor.h>

#include <string>

#include "absl/status/statusor.h"
#include "base/named_tensors.h"
#include "metrics/evaluation.h"

namespace bigstep {

struct LossGradient {
  double loss = 0;  // Mean softmax cross-entropy.
  // Its gradient: shaped, named and ordered as the network's Parameters,
  // float64 on their device. 0 for parameters that play no part.
  NamedTensors gradient;
};

// The mean over the examples at `positions` [M] int64, M > 0, of `split`, for
// the network of `evaluation` in eval mode. Sums over batches are float64, so
// that the batch size changes rounding only. Leaves the weights and their
// .grad() alone. Cost: a forward and a backward pass over the examples.
// InvalidArgument if the split does not exist; the split's own error if it
// cannot be read; Cancelled if interrupted.
absl::StatusOr<LossGradient> MeanLossGradient(Evaluation& evaluation,
                                              const std::string& split,
                                              const at::Tensor& positions);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_LOSS_LOSS_GRADIENT_H_
