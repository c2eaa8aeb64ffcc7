#include "datasets/dataset.h"

#include <ATen/ATen.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "base/tensor_checks.h"
#include "datasets/byte_rows.h"

namespace bigstep {
namespace {

std::map<std::string, Augmentation>& NamedAugmentations() {
  static auto* const named = new std::map<std::string, Augmentation>;
  return *named;
}

at::Tensor MoveTo(const at::Tensor& tensor, c10::Device device) {
  return tensor.defined() ? tensor.to(device) : tensor;
}

Split MoveTo(Split split, c10::Device device) {
  for (at::Tensor* tensor :
       {&split.inputs, &split.labels, &split.bias_labels, &split.mean,
        &split.stddev, &split.regression_targets}) {
    *tensor = MoveTo(*tensor, device);
  }
  return split;
}

absl::Status CheckInputs(const Split& split, const TaskSpec& task) {
  if (split.source != nullptr) {
    if (split.inputs.defined()) {
      return absl::InternalError("inputs and source are both there");
    }
    return absl::OkStatus();
  }
  std::vector<int64_t> shape = {split.size()};
  shape.insert(shape.end(), task.input_shape.begin(), task.input_shape.end());
  const bool bytes =
      split.inputs.defined() && split.inputs.scalar_type() == at::kByte;
  RETURN_IF_ERROR(CheckTensor(split.inputs, shape,
                              bytes ? at::kByte : at::kFloat, "inputs"));
  // Bytes are always finite, and their pages may still be on the disk.
  return bytes ? absl::OkStatus() : CheckFinite(split.inputs, "inputs");
}

absl::Status CheckNormalization(const Split& split, const TaskSpec& task) {
  if (split.mean.defined() != split.stddev.defined()) {
    return absl::InternalError("mean and stddev must come together");
  }
  if (!split.mean.defined()) return absl::OkStatus();
  const std::vector<int64_t> shape = {task.input_shape[0], 1, 1};
  RETURN_IF_ERROR(CheckTensor(split.mean, shape, at::kFloat, "mean"));
  return CheckTensor(split.stddev, shape, at::kFloat, "stddev");
}

absl::Status CheckRegressionTargets(const Split& split, const TaskSpec& task) {
  if (!task.is_regression()) {
    return split.regression_targets.defined()
               ? absl::InternalError(
                     "regression_targets are defined, task.num_targets is 0")
               : absl::OkStatus();
  }
  RETURN_IF_ERROR(CheckTensor(split.regression_targets,
                              {split.size(), task.num_targets}, at::kFloat,
                              "regression_targets"));
  return CheckFinite(split.regression_targets, "regression_targets");
}

absl::Status CheckSplit(const Split& split, const TaskSpec& task) {
  if (!split.labels.defined() || split.labels.dim() != 1 || split.size() == 0) {
    return absl::InternalError("labels must be [N] with N > 0");
  }
  RETURN_IF_ERROR(CheckInputs(split, task));
  RETURN_IF_ERROR(CheckNormalization(split, task));
  RETURN_IF_ERROR(CheckRegressionTargets(split, task));
  RETURN_IF_ERROR(
      CheckTensor(split.labels, {split.size()}, at::kLong, "labels"));
  RETURN_IF_ERROR(
      CheckTensor(split.bias_labels, {split.size()}, at::kLong, "bias_labels"));
  RETURN_IF_ERROR(CheckInRange(split.labels, 0, task.num_classes, "labels"));
  return CheckInRange(split.bias_labels, 0, task.num_biases, "bias_labels");
}

// Whether a batch is rows of `inputs`, bytes in main memory.
bool IsPlainBytes(const Split& split, const at::Tensor& draws) {
  return split.source == nullptr && (!split.augmentation || !draws.defined()) &&
         split.inputs.device().is_cpu() &&
         split.inputs.scalar_type() == at::kByte;
}

}  // namespace

bool RegisterAugmentation(absl::string_view name, Augmentation augmentation) {
  const bool is_new = NamedAugmentations()
                          .emplace(std::string(name), std::move(augmentation))
                          .second;
  BIGSTEP_CHECK(is_new) << "two augmentations are called '" << name << "'";
  return true;
}

Augmentation FindAugmentation(absl::string_view name) {
  const auto found = NamedAugmentations().find(std::string(name));
  return found == NamedAugmentations().end() ? nullptr : found->second;
}

void Split::AugmentBy(absl::string_view name) {
  augmentation = FindAugmentation(name);
  BIGSTEP_CHECK(augmentation) << "no augmentation '" << name << "'";
  augmentation_name = std::string(name);
}

absl::StatusOr<at::Tensor> Split::Stored(const at::Tensor& indices,
                                         const at::Tensor& draws) const {
  if (source != nullptr) {
    ASSIGN_OR_RETURN(const at::Tensor loaded,
                     source->Load(indices.cpu(), draws));
    return loaded.to(labels.device());
  }
  const at::Tensor picked = inputs.index_select(0, indices);
  if (!augmentation || !draws.defined()) return picked;
  return augmentation(picked, draws);
}

absl::StatusOr<at::Tensor> Split::Batch(const at::Tensor& indices,
                                        const at::Tensor& draws) const {
  at::Tensor batch;
  if (IsPlainBytes(*this, draws)) {
    batch = GatherByteRows(inputs, indices);
  } else {
    ASSIGN_OR_RETURN(batch, Stored(indices, draws));
    if (batch.scalar_type() == at::kByte) {
      batch = batch.to(at::kFloat).div_(255.0);
    }
  }
  if (mean.defined()) batch = batch.sub_(mean).div_(stddev);
  return batch;
}

absl::StatusOr<at::Tensor> Split::Range(int64_t begin, int64_t end) const {
  return Batch(at::arange(begin, end, labels.options()));
}

const Split* Dataset::Find(absl::string_view split) const {
  if (split == "train") return &train;
  if (split == "validation") return &validation;
  if (split == "test") return &test;
  const auto found = extra_tests.find(std::string(split));
  return found == extra_tests.end() ? nullptr : &found->second;
}

std::vector<std::string> Dataset::SplitNames() const {
  std::vector<std::string> names = {"train", "validation", "test"};
  for (const auto& [name, split] : extra_tests) names.push_back(name);
  return names;
}

Dataset Dataset::To(c10::Device device) const {
  Dataset moved = *this;
  for (Split* split : {&moved.train, &moved.validation, &moved.test}) {
    *split = MoveTo(std::move(*split), device);
  }
  for (auto& [name, split] : moved.extra_tests) {
    split = MoveTo(std::move(split), device);
  }
  moved.spurious_mask = MoveTo(spurious_mask, device);
  return moved;
}

absl::Status CheckDataset(const Dataset& dataset) {
  const TaskSpec& task = dataset.task;
  if (task.is_regression() && task.num_groups() != 1) {
    return absl::InternalError("a regression has one class and one bias label");
  }
  for (const std::string& name : dataset.SplitNames()) {
    RETURN_IF_ERROR(CheckSplit(*dataset.Find(name), dataset.task))
        << "in split " << name;
  }
  if (!dataset.spurious_mask.defined()) return absl::OkStatus();
  return CheckTensor(dataset.spurious_mask, dataset.task.input_shape, at::kBool,
                     "spurious_mask");
}

}  // namespace bigstep
