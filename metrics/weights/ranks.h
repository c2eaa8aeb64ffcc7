// The effective and the stable rank of a matrix.
#ifndef BIGSTEP_METRICS_WEIGHTS_RANKS_H_
#define BIGSTEP_METRICS_WEIGHTS_RANKS_H_

#include <ATen/core/Tensor.h>

namespace bigstep {

// Both between 1 and the rank for singular values s_i that are not all 0; 0 if
// they are.
struct Ranks {
  // exp(entropy of s_i / sum s): Roy and Vetterli, EUSIPCO 2007.
  double effective = 0;
  // sum s_i^2 / max s_i^2: Rudelson and Vershynin, JACM 2007.
  double stable = 0;
};

// The ranks from `singular_values` [n] float64, >= 0.
Ranks RanksOf(const at::Tensor& singular_values);

// Those of a matrix [A, B] float64: [min(A, B)], falling.
at::Tensor SingularValues(const at::Tensor& matrix);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_WEIGHTS_RANKS_H_
