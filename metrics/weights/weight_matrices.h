// A network's weights as matrices.
#ifndef BIGSTEP_METRICS_WEIGHTS_WEIGHT_MATRICES_H_
#define BIGSTEP_METRICS_WEIGHTS_WEIGHT_MATRICES_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace bigstep {

class Model;

// Every parameter with two or more dimensions (biases and normalization have
// one) as a matrix [outputs, rest], a row for each neuron or filter: float64 on
// the CPU, in the model's order. InvalidArgument if there is none.
absl::StatusOr<std::vector<at::Tensor>> WeightMatrices(const Model& model);

// InvalidArgument if there is none.
absl::Status CheckWeightMatrices(const Model& model);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_WEIGHTS_WEIGHT_MATRICES_H_
