#include "datasets/dataset.h"

#include <ATen/ATen.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/tensor_checks.h"

namespace bigstep {
namespace {

at::Tensor ToFloat(at::Tensor inputs) {
  if (inputs.scalar_type() != at::kByte) return inputs;
  return inputs.to(at::kFloat).div_(255.0);
}

Split MoveTo(const Split& split, c10::Device device) {
  return {split.inputs.to(device), split.labels.to(device),
          split.bias_labels.to(device)};
}

absl::Status CheckSplit(const Split& split, const TaskSpec& task) {
  if (!split.labels.defined() || split.labels.dim() != 1 || split.size() == 0) {
    return absl::InternalError("labels must be [N] with N > 0");
  }
  std::vector<int64_t> input_shape = {split.size()};
  input_shape.insert(input_shape.end(), task.input_shape.begin(),
                     task.input_shape.end());
  const at::ScalarType input_type =
      split.inputs.defined() && split.inputs.scalar_type() == at::kByte
          ? at::kByte
          : at::kFloat;
  RETURN_IF_ERROR(CheckTensor(split.inputs, input_shape, input_type, "inputs"));
  RETURN_IF_ERROR(CheckFinite(split.inputs, "inputs"));
  RETURN_IF_ERROR(
      CheckTensor(split.labels, {split.size()}, at::kLong, "labels"));
  RETURN_IF_ERROR(
      CheckTensor(split.bias_labels, {split.size()}, at::kLong, "bias_labels"));
  RETURN_IF_ERROR(CheckInRange(split.labels, 0, task.num_classes, "labels"));
  return CheckInRange(split.bias_labels, 0, task.num_biases, "bias_labels");
}

}  // namespace

at::Tensor Split::Batch(const at::Tensor& indices) const {
  return ToFloat(inputs.index_select(0, indices));
}

at::Tensor Split::Range(int64_t begin, int64_t end) const {
  return ToFloat(inputs.slice(0, begin, end));
}

Dataset Dataset::To(c10::Device device) const {
  return {task, MoveTo(train, device), MoveTo(validation, device),
          MoveTo(test, device)};
}

absl::Status CheckDataset(const Dataset& dataset) {
  RETURN_IF_ERROR(CheckSplit(dataset.train, dataset.task)) << "in split train";
  RETURN_IF_ERROR(CheckSplit(dataset.validation, dataset.task))
      << "in split validation";
  RETURN_IF_ERROR(CheckSplit(dataset.test, dataset.task)) << "in split test";
  return absl::OkStatus();
}

}  // namespace bigstep
