// How far single units of a representation tell one class from the others.
#ifndef BIGSTEP_METRICS_OUTPUTS_SELECTIVITY_H_
#define BIGSTEP_METRICS_OUTPUTS_SELECTIVITY_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace bigstep {

// Class-selectivity index of each unit of `z` [N, D] float32 with `labels` [N]
// int64 in [0, num_classes): [D] float64 on the CPU, in [0, 1). With the mean
// m_k of |z| over the examples of class k,
//   (max_k m_k - r) / (max_k m_k + r + 1e-6),
// r being the mean of m_k over the classes other than the one of the maximum.
// 0: the unit responds to all classes alike, or never; towards 1: to one class
// alone. Below 1e-12, which rounding may leave, it is 0. Classes without
// examples do not count. NaN for every unit if fewer than two classes have
// examples, and for units with values that are not finite. Morcos et al., "On
// the importance of single directions for generalization", ICLR 2018,
// arXiv:1803.06959; |z| and 1e-6 as in code of Barsbey et al.,
// arXiv:2507.17725.
at::Tensor SelectivityIndex(const at::Tensor& z, const at::Tensor& labels,
                            int64_t num_classes);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_OUTPUTS_SELECTIVITY_H_
