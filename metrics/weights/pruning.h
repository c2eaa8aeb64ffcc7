// Sets the smallest weights of a network to zero.
#ifndef BIGSTEP_METRICS_WEIGHTS_PRUNING_H_
#define BIGSTEP_METRICS_WEIGHTS_PRUNING_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace bigstep {

class Model;

// The units that are pruned and the set in which they are ranked.
enum class PruningMethod {
  kGlobal,  // Single weights by magnitude, all tensors together.
  kLayer,   // Single weights by magnitude, each tensor on its own.
  kFilter,  // Rows (neurons, filters) by L2 norm, each tensor on its own.
  kColumn,  // Columns (inputs of neurons) by L2 norm, each tensor on its own.
};

struct PruningOptions {
  PruningMethod method = PruningMethod::kGlobal;
  // Rank deviations from the tensor's median (the lower one of two) and prune
  // to the median, not magnitudes and zero.
  bool centred = false;
  // Leave the first or last weight tensor of the network unchanged.
  bool exclude_first = false, exclude_last = false;
};

// Prunes weight tensors: those with two or more dimensions, as matrices
// [outputs, rest]; biases and normalization stay. By kFilter, the last tensor
// stays as well: its rows are the classes.
// Life: 1. Create from the network to be pruned. 2. Prune with any ratios, in
// any order, copies of that network.
class Pruner {
 public:
  // InvalidArgument if there is nothing to prune.
  static absl::Status Check(const Model& model, const PruningOptions& options);

  // Errors are those of Check.
  static absl::StatusOr<Pruner> Create(const Model& model,
                                       const PruningOptions& options);

  // Writes into `copy` the weights of the network without the round(ratio * n)
  // lowest of the n units (weights, rows or columns) that are ranked together;
  // 0 <= ratio <= 1. Among equals, the earlier is pruned first.
  void Prune(double ratio, Model& copy) const;

 private:
  struct Layer {
    at::Tensor weight;  // As it was.
    at::Tensor matrix;  // [O, R], a view of it.
    at::Tensor centre;  // []: what pruned weights become.
    // Place of each unit among those ranked with it, int64: [O, R], [O, 1] or
    // [1, R]. Undefined if the tensor stays.
    at::Tensor rank;
    int64_t units = 0;  // Ranked together.
  };

  void RankTogether(const std::vector<at::Tensor>& scores);
  void RankApart(const std::vector<at::Tensor>& scores);

  std::vector<Layer> layers_;
};

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_WEIGHTS_PRUNING_H_
