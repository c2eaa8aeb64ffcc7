// How much of a network's accuracy is left after its weights were changed.
#ifndef BIGSTEP_METRICS_WEIGHTS_RETAINED_ACCURACY_H_
#define BIGSTEP_METRICS_WEIGHTS_RETAINED_ACCURACY_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "base/json.h"

namespace bigstep {

// For Details of the metrics that use it.
inline constexpr char kAboveChanceDetails[] =
    "Retained above chance is (acc - c) / (acc(0) - c), clipped to [0, 1], "
    "where acc(0) is the accuracy of the network as it is and c the share of "
    "the split's most frequent label, 1/K if its K classes are balanced. A "
    "network that always predicts the same class retains all of its accuracy "
    "and nothing above chance, so this is null for a network that guesses: "
    "unless acc(0) exceeds c by more than 0.25/K, or 0.03 if K = 2, which is "
    "where training counts as collapsed if classes are balanced.";

class RetainedAccuracy {
 public:
  // `whole` in [0, 1]: the accuracy before the change on a split with `labels`
  // [N] int64 in [0, num_classes), N >= 1.
  RetainedAccuracy(double whole, const at::Tensor& labels, int64_t num_classes);

  // accuracy / whole, which may exceed 1; null if whole = 0.
  Json Share(double accuracy) const;

  // What kAboveChanceDetails says; in [0, 1] or null.
  Json ShareAboveChance(double accuracy) const;

 private:
  double whole_;
  double chance_;
  bool guesses_;  // Whether the network before the change does.
};

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_WEIGHTS_RETAINED_ACCURACY_H_
