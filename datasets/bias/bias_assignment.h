// Which training image gets which bias label: the deterministic rule of
// "Learning from Failure" (Nam et al., NeurIPS 2020, arXiv:2007.02561), shared
// by Colored MNIST and Corrupted CIFAR-10.
#ifndef BIGSTEP_DATASETS_BIAS_BIAS_ASSIGNMENT_H_
#define BIGSTEP_DATASETS_BIAS_BIAS_ASSIGNMENT_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace bigstep {

// Bias labels [N] int64 in [0, K) for `labels` [N] int64 in [0, K), K >= 2.
// Bias label k gets the share 1 - f of the n examples of class y if k = y, else
// f / (K - 1), f being the bias-conflicting fraction in [0, 1]. Sample
// number i of its class (0-based, in the order given) gets the smallest k with
// round(n * cumulative share of 0..k) > i. f = 1 - 1/K gives every bias label
// the same share: an unbiased split.
at::Tensor AssignBiasLabels(const at::Tensor& labels, int64_t num_classes,
                            double bias_conflicting_fraction);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_BIAS_BIAS_ASSIGNMENT_H_
