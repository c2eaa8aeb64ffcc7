// How much of a vector's weight sits in few of its entries.
#ifndef BIGSTEP_METRICS_OUTPUTS_SPARSITY_H_
#define BIGSTEP_METRICS_OUTPUTS_SPARSITY_H_

#include <ATen/core/Tensor.h>

namespace bigstep {

// PQ-Index of each row of `x` [N, D] of floats, [N] float64 in [0, 1), for
// 0 < p < q:
//   I = 1 - (mean |x|^p)^(1/p) / (mean |x|^q)^(1/q).
// 0 for rows of equal magnitudes and for zero rows, larger for sparser rows;
// scaling a row changes nothing. Diao et al., "Pruning Deep Neural Networks
// from a Sparsity Perspective", ICLR 2023, arXiv:2302.05601, definition 3.1.
at::Tensor PqIndex(const at::Tensor& x, double p, double q);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_OUTPUTS_SPARSITY_H_
