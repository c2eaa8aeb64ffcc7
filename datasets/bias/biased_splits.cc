#include "datasets/bias/biased_splits.h"

#include <ATen/ATen.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/generator.h"
#include "base/log.h"
#include "base/seed.h"
#include "base/status.h"
#include "datasets/bias/bias_assignment.h"
#include "datasets/subset.h"

namespace bigstep {
namespace {

// Bias labels for held-out examples, independent of the labels. Dealt in a
// random order that is the same for all trials: files need not be shuffled, and
// the halves of MNIST's test file are not equally hard.
at::Tensor HeldOutBiasLabels(const at::Tensor& labels, int64_t classes) {
  at::Generator generator = MakeGenerator(Seed(0, "dataset/held_out_bias"));
  const at::Tensor order =
      at::randperm(labels.size(0), generator, labels.options());
  const at::Tensor dealt =
      AssignBiasLabels(labels.index_select(0, order), classes,
                       1.0 - 1.0 / static_cast<double>(classes));
  return at::empty_like(labels).index_copy_(0, order, dealt);
}

absl::Status SetBiasLabels(double bias_conflicting_fraction,
                           const TaskSpec& task, Split& train,
                           Split& held_out) {
  if (held_out.size() < 2) {
    return absl::DataLossError(
        absl::StrCat("expected at least two official test images, one half for "
                     "validation and one for test, found ",
                     held_out.size()));
  }
  const int64_t classes = task.num_classes;
  BIGSTEP_CHECK(classes == task.num_biases)
      << "each class must have a bias label of its own";
  train.bias_labels =
      AssignBiasLabels(train.labels, classes, bias_conflicting_fraction);
  held_out.bias_labels = HeldOutBiasLabels(held_out.labels, classes);
  return absl::OkStatus();
}

void HalveHeldOut(const Split& held_out, Dataset& dataset) {
  const at::Tensor groups =
      held_out.labels * dataset.task.num_biases + held_out.bias_labels;
  dataset.validation = SelectExamples(held_out, HalfOf(groups, 0));
  dataset.test = SelectExamples(held_out, HalfOf(groups, 1));
}

}  // namespace

absl::Status SetBiasedSplits(Split train, Split held_out,
                             double bias_conflicting_fraction,
                             Dataset& dataset) {
  RETURN_IF_ERROR(
      SetBiasLabels(bias_conflicting_fraction, dataset.task, train, held_out));
  dataset.train = std::move(train);
  HalveHeldOut(held_out, dataset);
  return absl::OkStatus();
}

absl::Status SetBiasedSplits(Split train, Split held_out,
                             double bias_conflicting_fraction,
                             const SpuriousFeature& feature, int64_t seed,
                             Dataset& dataset) {
  RETURN_IF_ERROR(
      SetBiasLabels(bias_conflicting_fraction, dataset.task, train, held_out));
  train.inputs =
      feature(train.inputs, train.bias_labels, Seed(seed, "dataset/train"));
  held_out.inputs = feature(held_out.inputs, held_out.bias_labels,
                            Seed(seed, "dataset/test"));
  dataset.train = std::move(train);
  HalveHeldOut(held_out, dataset);
  return absl::OkStatus();
}

}  // namespace bigstep
