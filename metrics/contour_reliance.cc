// How much of what makes the network decide lies on edges of the image rather
// than on flat parts. Our own measure of a claim of Barsbey et al., ICCV 2025,
// arXiv:2507.17748: trained with large learning rates, networks rely less on
// background and texture and more on the contours of objects.
#include <ATen/ATen.h>

#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "metrics/attribution/attribution_maps.h"
#include "metrics/attribution/contours.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

struct ContourRelianceOptions : AttributionOptions {
  double edge_share = 0.2;

  static void Describe(Schema<ContourRelianceOptions>& s) {
    s.Summary("Share of attribution on the edges of images.")
        .Details(absl::StrCat(
            kAttributionDetails,
            " Edge pixels are those with the greatest Sobel magnitude of the "
            "mean over channels of the stored image: the share 'edge_share' of "
            "all pixels, ties included, pixels of magnitude 0 never. edges and "
            "edge_area are averaged over the examples that have edges and "
            "whose map is not 0 everywhere; lift is their ratio, 1 for "
            "attribution that ignores edges. This definition is our own and "
            "not a published one; the paper does not say how it measured "
            "reliance on contours. It does not distinguish objects: edges of "
            "the background and of texture count as well. For vectors all "
            "results are null. edge_share is a guess. Cost: a forward and "
            "backward pass for each example, 'steps' of them for "
            "integrated_gradients."))
        .Paper("arXiv:2507.17748, arXiv:1704.02685");
    DescribeAttributionOptions(s);
    s.Field("edge_share", &ContourRelianceOptions::edge_share)
        .Above(0)
        .Below(1)
        .Doc("share of the pixels that count as edges");
  }
};

class ContourReliance final : public Metric {
 public:
  ContourReliance(const ContourRelianceOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {
        Timing::kAtEnd,
        {Titled("attribution on contours",
                {"edges", "share of attribution on edge pixels"}),
         Titled("area of contours",
                {"edge_area", "share of the pixels that are edges", 0, 1,
                 Direction::kNeither}),
         Titled("contour reliance",
                {"lift", "edges / edge_area", 0, kInfinity}),
         Titled("contour reliance, examples skipped",
                {"skipped",
                 "share of the examples that have no edges or whose map is 0 "
                 "everywhere",
                 0, 1, Direction::kNeither})},
        ExtraSplits(options_)};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const at::Tensor positions,
                     evaluation.Sample(options_.split, options_.examples));
    Json result = {{"edges", nullptr},
                   {"edge_area", nullptr},
                   {"lift", nullptr},
                   {"skipped", nullptr}};
    if (evaluation.task().input_shape.size() != 3) return result;
    std::vector<at::Tensor> shares, areas;  // NaN for skipped examples.
    const auto measure = [&](const AttributionMaps& batch) {
      const at::Tensor edges =
          EdgePixels(batch.stored.mean(1), options_.edge_share);
      const at::Tensor area = edges.to(at::kDouble).mean({1, 2});
      const at::Tensor share = ShareAt(batch.maps, edges);
      const at::Tensor skip = share.isnan().logical_or(area.eq(0));
      constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
      shares.push_back(share.masked_fill(skip, kNan));
      areas.push_back(area.masked_fill(skip, kNan));
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(
        ForEachAttributionMap(evaluation, options_, positions, measure)
            .status());
    const at::Tensor all = at::cat(shares);
    result["edges"] = MeanOfNumbers(all);
    result["edge_area"] = MeanOfNumbers(at::cat(areas));
    result["skipped"] = all.isnan().to(at::kDouble).mean().item<double>();
    if (!result["edges"].is_null()) {
      result["lift"] =
          result["edges"].get<double>() / result["edge_area"].get<double>();
    }
    return result;
  }

 private:
  ContourRelianceOptions options_;
};

BIGSTEP_REGISTER(Metrics, "contour_reliance", ContourReliance,
                 ContourRelianceOptions);

}  // namespace
}  // namespace bigstep
