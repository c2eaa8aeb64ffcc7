#include "metrics/attribution/attribution_maps.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "metrics/attribution/attribution.h"
#include "metrics/finite.h"

namespace bigstep {
namespace {

// A backward pass keeps every activation, so batches are as in training: 128
// examples, fewer if they have more than 2^21 values (13 images of 224 x 224).
int64_t BatchSize(const TaskSpec& task) {
  int64_t values = 1;
  for (const int64_t size : task.input_shape) values *= size;
  constexpr int64_t kMostValues = int64_t{1} << 21;
  return std::clamp<int64_t>(kMostValues / values, 1, 128);
}

// A stored 0 as the network reads it, [input_shape...]: the bits that
// Split::Batch gives.
at::Tensor Black(const Split& split, const TaskSpec& task) {
  const at::Tensor zeros =
      at::zeros(task.input_shape, split.labels.options().dtype(at::kFloat));
  if (!split.mean.defined()) return zeros;
  return zeros.sub(split.mean).div(split.stddev);
}

// Sums from which the completeness error is computed.
struct Completeness {
  double missing = 0, change = 0;

  void Add(const Attribution& attribution) {
    const at::Tensor sum =
        attribution.values.flatten(1).sum(1, false, at::kDouble);
    missing += (sum - attribution.change).abs().sum().item<double>();
    change += attribution.change.abs().sum().item<double>();
  }
};

// At which places of `inputs` [M, input_shape...] every channel equals `black`.
at::Tensor EmptyPlaces(const at::Tensor& inputs, const at::Tensor& black) {
  const at::Tensor empty = inputs.eq(black);
  return empty.dim() > 2 ? empty.all(1) : empty;
}

}  // namespace

std::vector<std::string> ExtraSplits(const AttributionOptions& options) {
  for (const char* known : {"train", "validation", "test"}) {
    if (options.split == known) return {};
  }
  return {options.split};
}

absl::StatusOr<Json> ForEachAttributionMap(
    Evaluation& evaluation, const AttributionOptions& options,
    const at::Tensor& positions,
    const std::function<absl::Status(const AttributionMaps&)>& use) {
  // Sample has found it, or the positions would not exist.
  const Split& split = *evaluation.dataset().Find(options.split);
  const at::Tensor black = Black(split, evaluation.task());
  const at::Tensor baseline =
      options.baseline == "black" ? black : at::zeros_like(black);
  Completeness completeness;
  const auto attribute = [&](const EvaluationBatch& batch) {
    const Attribution attribution =
        Attribute(evaluation.model(), batch.inputs, batch.labels, baseline,
                  {options.method, options.steps});
    completeness.Add(attribution);
    at::Tensor stored = batch.inputs;
    if (split.mean.defined()) stored = stored * split.stddev + split.mean;
    return use({ClippedMaps(attribution.values, options.clip), stored,
                EmptyPlaces(batch.inputs, black), batch.labels,
                batch.bias_labels});
  };
  for (const at::Tensor& part : positions.split(BatchSize(evaluation.task()))) {
    RETURN_IF_ERROR(evaluation.ForEachBatch(options.split, part, attribute));
  }
  if (options.method == "saliency" || completeness.change == 0) return Json();
  return FiniteOrNull(completeness.missing / completeness.change);
}

at::Tensor ClippedMaps(const at::Tensor& attributions, double clip) {
  at::Tensor maps = attributions.to(at::kDouble);
  if (maps.dim() > 2) maps = maps.sum(1);
  maps = maps.abs();
  const at::Tensor sorted = std::get<0>(maps.flatten(1).sort());
  const at::Tensor sums = sorted.cumsum(1);
  const at::Tensor enough = sums.slice(1, -1) * clip;
  // The first place in order at which the cumulative sum is enough.
  const at::Tensor index = sums.lt(enough).sum(1, /*keepdim=*/true);
  at::Tensor most = sorted.gather(1, index).squeeze(1);
  most = most.masked_fill(most.eq(0), 1);  // Zeros stay zeros.
  std::vector<int64_t> shape(maps.dim(), 1);
  shape[0] = -1;
  return (maps / most.view(shape)).clamp_max(1);
}

at::Tensor ShareAt(const at::Tensor& maps, const at::Tensor& where) {
  const at::Tensor part = (maps * where).flatten(1).sum(1);
  return part / maps.flatten(1).sum(1);
}

Json MeanOfNumbers(const at::Tensor& values) {
  const at::Tensor numbers = values.masked_select(values.isnan().logical_not());
  if (numbers.numel() == 0) return nullptr;
  return numbers.mean().item<double>();
}

}  // namespace bigstep
