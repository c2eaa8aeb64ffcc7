#include "experiments/train/weights_metadata.h"

#include <ATen/ATen.h>

#include <vector>

#include "base/json.h"

namespace bigstep {
namespace {

// Of each channel.
Json Numbers(const at::Tensor& tensor) {
  const at::Tensor values = tensor.flatten().to(at::kCPU, at::kFloat);
  const float* const first = values.data_ptr<float>();
  return std::vector<float>(first, first + values.numel());
}

}  // namespace

Metadata WeightsMetadata(const TrialSettings& settings,
                         const Dataset& dataset) {
  const Split& train = dataset.train;
  const bool bytes =
      train.source != nullptr || train.inputs.scalar_type() == at::kByte;
  Json input = {{"shape", dataset.task.input_shape},
                {"divide_by", bytes ? 255 : 1}};
  if (train.mean.defined()) input["mean"] = Numbers(train.mean);
  if (train.stddev.defined()) input["std"] = Numbers(train.stddev);
  const Json classes = dataset.class_names.empty()
                           ? Json(dataset.task.num_classes)
                           : Json(dataset.class_names);
  Metadata metadata = {{"trial", CanonicalJson(settings.Id())},
                       {"model", CanonicalJson(settings.model.ToJson())},
                       {"dataset", CanonicalJson(settings.dataset.ToJson())},
                       {"input", CanonicalJson(input)}};
  if (dataset.task.is_regression()) {
    metadata["targets"] = CanonicalJson(dataset.task.num_targets);
  } else {
    metadata["classes"] = CanonicalJson(classes);
  }
  return metadata;
}

}  // namespace bigstep
