#include "datasets/bias/bias_assignment.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

namespace bigstep {
namespace {

// Where each bias label's run ends among the `n` examples of class `y`.
std::vector<int64_t> Milestones(int64_t n, int64_t y, int64_t num_classes,
                                double conflicting) {
  std::vector<int64_t> ends(num_classes);
  double share = 0;
  for (int64_t k = 0; k < num_classes; ++k) {
    share += k == y ? 1 - conflicting : conflicting / (num_classes - 1);
    // Half to even, as numpy rounds.
    ends[k] = static_cast<int64_t>(std::nearbyint(n * share));
  }
  ends.back() = n;  // Whatever rounding made of a share of 1.
  return ends;
}

}  // namespace

at::Tensor AssignBiasLabels(const at::Tensor& labels, int64_t num_classes,
                            double bias_conflicting_fraction) {
  const at::Tensor source = labels.contiguous();
  at::Tensor result = at::empty_like(source);
  const int64_t* y = source.data_ptr<int64_t>();
  int64_t* bias = result.data_ptr<int64_t>();

  std::vector<int64_t> class_sizes(num_classes);
  for (int64_t i = 0; i < source.numel(); ++i) ++class_sizes[y[i]];
  std::vector<std::vector<int64_t>> ends;
  for (int64_t k = 0; k < num_classes; ++k) {
    ends.push_back(
        Milestones(class_sizes[k], k, num_classes, bias_conflicting_fraction));
  }
  std::vector<int64_t> seen(num_classes);     // Examples of each class so far.
  std::vector<int64_t> current(num_classes);  // Bias label of its next one.
  for (int64_t i = 0; i < source.numel(); ++i) {
    const int64_t label = y[i];
    while (ends[label][current[label]] <= seen[label]) ++current[label];
    bias[i] = current[label];
    ++seen[label];
  }
  return result;
}

}  // namespace bigstep
