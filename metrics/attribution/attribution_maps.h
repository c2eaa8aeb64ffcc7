// Attribution maps of examples of a split: for each place of an input (a pixel,
// or a coordinate of a vector) how much the network's logit of the true class
// is due to it. What metrics of attribution share.
#ifndef BIGSTEP_METRICS_ATTRIBUTION_ATTRIBUTION_MAPS_H_
#define BIGSTEP_METRICS_ATTRIBUTION_ATTRIBUTION_MAPS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/json.h"
#include "base/schema.h"
#include "metrics/evaluation.h"

namespace bigstep {

struct AttributionOptions {
  std::string method = "deep_lift";
  int64_t steps = 50;
  std::string baseline = "zero";
  std::string split = "test";
  int64_t examples = 1000;
  double clip = 0.98;
};

// Sentences for Details of metrics with these options.
inline constexpr char kAttributionDetails[] =
    "The logit of the true class is attributed to the inputs of a random "
    "sample of the split, in eval mode (the first author's code uses train "
    "mode, one image at a time). deep_lift has the Rescale rule at ReLU, GELU "
    "and max-pooling; layer normalization and softmax keep their gradient; for "
    "networks with them (swin_t) use integrated_gradients. The map of an image "
    "is the absolute value of the sum over channels (saliency: the sum of "
    "absolute values; the published one takes the largest); the 1e-6 that the "
    "first author's code adds to each value is left out. Maps are clipped: "
    "sorted by size, the value at which the cumulative sum reaches the share "
    "'clip' of the total is the largest that a place can keep.";

// Describes the fields of AttributionOptions in the schema of a struct derived
// from it.
template <class Options>
void DescribeAttributionOptions(Schema<Options>& s) {
  s.Field("method", &AttributionOptions::method)
      .OneOf(
          {"deep_lift", "integrated_gradients", "input_x_gradient", "saliency"})
      .Doc("how the logit is attributed");
  s.Field("steps", &AttributionOptions::steps)
      .AtLeast(1)
      .AtMost(1000)
      .Doc("gradients of integrated_gradients, at Gauss-Legendre points");
  s.Field("baseline", &AttributionOptions::baseline)
      .OneOf({"zero", "black"})
      .Doc(
          "what inputs are compared with: zero is 0 after normalization (the "
          "mean color), black is a stored 0");
  s.Field("split", &AttributionOptions::split)
      .Doc("where the examples come from");
  s.Field("examples", &AttributionOptions::examples)
      .AtLeast(1)
      .Doc("size of the sample; all examples if there are no more");
  s.Field("clip", &AttributionOptions::clip)
      .Above(0)
      .AtMost(1)
      .Doc("share of a map's total at which its values are cut; 1: not at all");
}

// The splits that MetricTraits::extra_splits must name.
std::vector<std::string> ExtraSplits(const AttributionOptions& options);

// Row i of every tensor belongs to the same example. P, the places, stands for
// [H, W] of images and [D] of vectors.
struct AttributionMaps {
  at::Tensor maps;         // [M, P] float64 in [0, 1]; all 0, or some place 1.
  at::Tensor stored;       // [M, input_shape...] float32: the inputs with the
                           // normalization undone; a byte b is b / 255.
  at::Tensor empty;        // [M, P] bool: all stored values are 0.
  at::Tensor labels;       // [M] int64.
  at::Tensor bias_labels;  // [M] int64.
};

// Calls `use` with the maps of the examples at `positions` [M] int64 of the
// split, which must exist, in this order, in batches that fit into memory. The
// first error ends it. Returns the completeness error: the sum over examples of
//   |sum of attributions - (f(x) - f(x0))|
// divided by that of |f(x) - f(x0)|; null for saliency and if no logit differs
// from that of the baseline.
absl::StatusOr<Json> ForEachAttributionMap(
    Evaluation& evaluation, const AttributionOptions& options,
    const at::Tensor& positions,
    const std::function<absl::Status(const AttributionMaps&)>& use);

// Maps [M, P] float64 of attributions [M, C, H, W] or [M, D]; see the text
// above. 0 < clip <= 1.
at::Tensor ClippedMaps(const at::Tensor& attributions, double clip);

// The share of each map of `maps` [M, P] at the places where `where`, [M, P] or
// [P] bool, is true: [M] float64, NaN for maps of zeros.
at::Tensor ShareAt(const at::Tensor& maps, const at::Tensor& where);

// The mean of `values` [M] float64 over those that are not NaN; null if there
// are none.
Json MeanOfNumbers(const at::Tensor& values);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_ATTRIBUTION_ATTRIBUTION_MAPS_H_
