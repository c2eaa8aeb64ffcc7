// How far apart the classes lie in a representation.
#ifndef BIGSTEP_METRICS_OUTPUTS_SEPARATION_H_
#define BIGSTEP_METRICS_OUTPUTS_SEPARATION_H_

#include <ATen/core/Tensor.h>

namespace bigstep {

// Class separation R^2 = 1 - d_within / d_total of `z` [N, D] float32 with
// `labels` [N] int64 in [0, num_classes):
//   d_within = mean over classes k of the mean over m, n in k,
//   d_total  = mean over pairs (j, k) of classes, j = k too, of the mean over
//              m in j, n in k
// of the cosine distance 1 - cos(z_m, z_n), pairs of an example with itself
// included. Kornblith et al., "Why Do Better Loss Functions Lead to Less
// Transferable Features?", NeurIPS 2021, arXiv:2010.16402 (class separation).
// Classes without examples do not count; a zero vector has cosine 0 with every
// vector, itself included. In [0, 1]. NaN if fewer than two classes have
// examples, if d_total < 1e-12, where all vectors point the same way but for
// the rounding of float32, and if z is not finite.
double SeparationR2(const at::Tensor& z, const at::Tensor& labels,
                    int64_t num_classes);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_OUTPUTS_SEPARATION_H_
