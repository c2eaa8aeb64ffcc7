// Sets the smallest weights of a network to zero.
#ifndef BIGSTEP_METRICS_COMMON_PRUNING_H_
#define BIGSTEP_METRICS_COMMON_PRUNING_H_

#include <ATen/core/Tensor.h>

#include "models/model.h"

namespace bigstep {

// Prunes by magnitude over all weight tensors together (those with two or more
// dimensions: biases and normalization stay).
// Life: 1. Create from the network to be pruned. 2. Prune with any ratios, in
// any order, a copy of that network.
class GlobalMagnitudePruner {
 public:
  explicit GlobalMagnitudePruner(const Model& model);

  // The number of weights, d.
  int64_t num_weights() const { return order_.numel(); }

  // Writes into `copy` the weights of the network without the
  // round(ratio * d) smallest, which become 0; 0 <= ratio <= 1. Of equal
  // magnitudes, the earlier goes first.
  void Prune(double ratio, Model& copy) const;

 private:
  at::Tensor weights_;  // [d], concatenated in the model's order.
  at::Tensor order_;    // [d] int64: positions by rising magnitude.
};

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_COMMON_PRUNING_H_
