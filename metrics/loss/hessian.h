// The curvature of the loss.
#ifndef BIGSTEP_METRICS_LOSS_HESSIAN_H_
#define BIGSTEP_METRICS_LOSS_HESSIAN_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "metrics/evaluation.h"

namespace bigstep {

// H v for a symmetric matrix H [n, n] and v [n] float64.
using SymmetricProduct =
    std::function<absl::StatusOr<at::Tensor>(const at::Tensor& v)>;

// The Hessian of the mean cross-entropy over examples of a split, without
// penalties and in eval mode, with respect to all parameters of the network,
// n of them in its order. The examples are read again for each product.
// `evaluation` outlives the result; the network stays as it is.
//   Pearlmutter, Neural Computation 6, 1994.
SymmetricProduct LossHessian(Evaluation& evaluation, const std::string& split,
                             const at::Tensor& positions);

struct TopEigenvalue {
  double value = 0;
  double residual = 0;  // ||H v - value v||_2 for the vector v found, norm 1.
  int64_t products = 0;
  bool converged = false;
};

// The algebraically largest eigenvalue by power iteration from `start` [n]
// float64, until it changes by no more than the share `tolerance`, or for
// `most` products. Where the eigenvalue of largest magnitude, which power
// iteration finds, is negative, or as large as a positive one, it is shifted
// away and iteration starts again, for another `most` products. Errors are
// those of `product`.
absl::StatusOr<TopEigenvalue> LargestEigenvalue(const SymmetricProduct& product,
                                                const at::Tensor& start,
                                                double tolerance, int64_t most);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_LOSS_HESSIAN_H_
