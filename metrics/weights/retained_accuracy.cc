#include "metrics/weights/retained_accuracy.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace bigstep {

RetainedAccuracy::RetainedAccuracy(double whole, const at::Tensor& labels,
                                   int64_t num_classes)
    : whole_(whole),
      chance_(static_cast<double>(labels.bincount().max().item<int64_t>()) /
              static_cast<double>(labels.size(0))) {
  // The rule of stop_collapsed_after, 1.25/K or 0.53, as a distance from 1/K.
  const double margin =
      num_classes == 2 ? 0.03 : 0.25 / static_cast<double>(num_classes);
  // 1e-12: accuracies of exactly the bound may come out above it.
  guesses_ = whole_ <= chance_ + margin + 1e-12;
}

Json RetainedAccuracy::Share(double accuracy) const {
  if (whole_ == 0) return nullptr;
  return accuracy / whole_;
}

Json RetainedAccuracy::ShareAboveChance(double accuracy) const {
  if (guesses_) return nullptr;
  return std::clamp((accuracy - chance_) / (whole_ - chance_), 0., 1.);
}

}  // namespace bigstep
