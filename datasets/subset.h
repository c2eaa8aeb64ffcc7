// Which examples belong to a part of a split: a random share that keeps the
// groups' proportions, one of two halves, a share held out.
#ifndef BIGSTEP_DATASETS_SUBSET_H_
#define BIGSTEP_DATASETS_SUBSET_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "absl/status/statusor.h"
#include "base/task.h"
#include "datasets/dataset.h"

namespace bigstep {

// Positions [M] int64, rising, of a random part of `split`: M = round(subset N)
// if subset <= 1, else M = subset, which must be a whole number. Each group (a
// pair of label and bias label) with n examples gives floor(n M / N) or
// ceil(n M / N) of them, n M / N on average over seeds. The same holds for the
// bias-conflicting examples of each label, and for all of them. Random stream
// of the trial's `seed`: "dataset/subset". Everything if subset = 1.
// InvalidArgument if M is 0, more than N, or not whole.
absl::StatusOr<at::Tensor> DrawSubset(const Split& split, const TaskSpec& task,
                                      double subset, int64_t seed);

// The examples at `indices` [M] int64 of a split with resident inputs.
Split SelectExamples(const Split& split, const at::Tensor& indices);

// Positions [M] int64, rising, of half 0 or half 1 of the examples: sorted by
// group (`groups` [N] int64) and, within a group, in the order given, they go
// to the halves in turn.
at::Tensor HalfOf(const at::Tensor& groups, int64_t half);

// Cuts a share out of the examples, the same share of each group of `groups`
// [N] int64: sample number i (0-based) of its group is held out if
// floor((i + 1) share) > floor(i share). Positions rise.
struct HoldOut {
  at::Tensor kept;      // [N - M] int64.
  at::Tensor held_out;  // [M] int64.
};
HoldOut HoldOutShare(const at::Tensor& groups, double share);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_SUBSET_H_
