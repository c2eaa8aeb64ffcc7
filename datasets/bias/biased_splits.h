// The splits of a dataset whose spurious feature is added to official images:
// training images by the rule of bias_assignment.h, the official test images as
// unbiased validation and test halves.
#ifndef BIGSTEP_DATASETS_BIAS_BIASED_SPLITS_H_
#define BIGSTEP_DATASETS_BIAS_BIASED_SPLITS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "datasets/dataset.h"

namespace bigstep {

// Makes the splits of `dataset`, whose task is set and has as many bias labels
// as classes: train is `train` with bias labels of which the fraction
// `bias_conflicting_fraction` differs from the label; validation and test are
// halves of `held_out` with bias labels independent of the labels, dealt in a
// random order that is the same for all trials. The halves are in file order
// and take turns, group after group (pairs of label and bias label). Inputs are
// taken as they are: the caller makes them show their bias labels. The bias
// labels of the arguments are ignored. DataLoss if `held_out` has fewer than
// two examples.
absl::Status SetBiasedSplits(Split train, Split held_out,
                             double bias_conflicting_fraction,
                             Dataset& dataset);

// Makes `inputs` [N, ...] show their bias labels [N] int64; random numbers come
// from `seed`.
using SpuriousFeature = std::function<at::Tensor(
    const at::Tensor& inputs, const at::Tensor& bias_labels, uint64_t seed)>;

// The same with inputs that show their bias labels: `feature` is added to all
// of train and to all of `held_out`, before it is halved. `seed` is the
// trial's; streams "dataset/train" and "dataset/test".
absl::Status SetBiasedSplits(Split train, Split held_out,
                             double bias_conflicting_fraction,
                             const SpuriousFeature& feature, int64_t seed,
                             Dataset& dataset);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_BIAS_BIASED_SPLITS_H_
