// Ten colours for ten bias labels: the mean colours of Colored MNIST in the
// published data of Nam et al. (NeurIPS 2020, arXiv:2007.02561).
#ifndef BIGSTEP_DATASETS_BIAS_BIAS_COLORS_H_
#define BIGSTEP_DATASETS_BIAS_BIAS_COLORS_H_

#include <ATen/core/Tensor.h>

namespace bigstep {

// [10, 3] float64 in [0, 1]: red, green and blue of each bias label.
at::Tensor BiasColors();

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_BIAS_BIAS_COLORS_H_
