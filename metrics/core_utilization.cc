// How much of what makes the network decide lies where the core feature is,
// rather than where inputs show the spurious feature.
//   Barsbey et al., "Large Learning Rates Simultaneously Achieve Robustness to
//   Spurious Correlations and Compressibility", ICCV 2025, arXiv:2507.17748,
//   core feature utilization (Figure 1), by the attribution of Shrikumar et
//   al., ICML 2017, arXiv:1704.02685.
#include <ATen/ATen.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "metrics/attribution/attribution_maps.h"
#include "metrics/attribution/attribution_sheet.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

struct CoreUtilizationOptions : AttributionOptions {
  std::string timing = "at_end";
  int64_t pictures = 8;

  static void Describe(Schema<CoreUtilizationOptions>& s) {
    s.Summary("Share of attribution on the core feature.")
        .Details(absl::StrCat(
            kAttributionDetails,
            " attribution is the share of a map outside the dataset's mask of "
            "the spurious feature (1 minus its share inside), averaged over "
            "the examples whose map is not 0 everywhere. That core utilization "
            "is 1 minus the spurious share is our reading of the paper. "
            "A pixel is spurious if all its channels are, and empty if all of "
            "them are stored as 0. completeness_error is the sum over examples "
            "of |sum of attributions - (f(x) - f(x0))| over that of |f(x) - "
            "f(x0)|, f being the logit and x0 the baseline; null for saliency "
            "and if no logit changes. Without a mask, and outside the split "
            "pattern of a dataset that has one, attribution, conflicting, "
            "aligned and area_baseline are null; without bias labels, "
            "conflicting and aligned. Lists: by_class holds "
            "attribution for each class, null for classes without an example. "
            "At the end a picture shows examples, each above its map, "
            "bias-aligned ones first. Cost: a forward and backward pass for "
            "each example, 'steps' of them for integrated_gradients."))
        .Paper("arXiv:2507.17748, arXiv:1704.02685")
        .Version(2);
    DescribeAttributionOptions(s);
    s.Field("timing", &CoreUtilizationOptions::timing)
        .OneOf({"at_end", "by_step"})
        .Doc("whether to measure during training as well");
    s.Field("pictures", &CoreUtilizationOptions::pictures)
        .AtLeast(0)
        .Doc("images to draw at the end; vectors are never drawn");
  }
};

// Where things stand of the examples that were measured.
struct Shares {
  at::Tensor core;   // [M] float64, NaN for maps of zeros; undefined: no mask.
  at::Tensor empty;  // [M] float64, likewise NaN.
  at::Tensor labels, bias_labels;  // [M] int64.
};

// `picked` of the rows where `where` [M] is true, evenly spread: [picked]
// int64.
at::Tensor SpreadOver(const at::Tensor& where, int64_t picked) {
  const at::Tensor rows = where.nonzero().squeeze(1);
  const at::Tensor index = at::arange(picked, rows.options()) * rows.size(0);
  return rows.index_select(0, index.div(picked, "floor"));
}

class CoreUtilization final : public Metric {
 public:
  CoreUtilization(const CoreUtilizationOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {
        options_.timing == "by_step" ? Timing::kByStep : Timing::kAtEnd,
        {Titled(
             "core feature utilization",
             {"attribution", "share of attribution outside the spurious mask"}),
         Titled("core utilization, bias-conflicting",
                {"conflicting", "the same over bias-conflicting examples"}),
         Titled("core utilization, bias-aligned",
                {"aligned", "the same over bias-aligned examples"}),
         Titled(
             "core utilization by chance",
             {"area_baseline",
              "share of the places outside the mask: what attribution spread "
              "evenly gives",
              0, 1, Direction::kNeither}),
         Titled("attribution on empty places",
                {"empty",
                 "share of attribution on places where the stored input is 0",
                 0, 1, Direction::kNeither}),
         Titled("core utilization, examples skipped",
                {"skipped",
                 "share of the examples whose map is 0 everywhere or overflows",
                 0, 1, Direction::kNeither}),
         Titled("attribution completeness error",
                {"completeness_error",
                 "how far attributions are from adding up to the change of the "
                 "logit, "
                 "relative to it",
                 0, kInfinity, Direction::kLower})},
        ExtraSplits(options_)};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const at::Tensor positions,
                     evaluation.Sample(options_.split, options_.examples));
    at::Tensor core_mask;  // [P] bool.
    const Dataset& dataset = evaluation.dataset();
    const at::Tensor& spurious = dataset.spurious_mask;
    // The mask of a rare pattern describes the split that shows it.
    const bool shown = dataset.extra_tests.count("pattern") == 0 ||
                       options_.split == "pattern";
    if (spurious.defined() && shown) {
      core_mask =
          (spurious.dim() > 1 ? spurious.all(0) : spurious).logical_not();
    }
    Json completeness_error;
    ASSIGN_OR_RETURN(
        const Shares shares,
        Measure(evaluation, positions, core_mask, completeness_error));
    if (evaluation.wants_pictures()) {
      RETURN_IF_ERROR(Draw(evaluation, positions, shares));
    }
    Json result = Results(shares, evaluation.task());
    result["completeness_error"] = completeness_error;
    result["area_baseline"] =
        core_mask.defined()
            ? Json(core_mask.to(at::kDouble).mean().item<double>())
            : Json();
    return result;
  }

 private:
  absl::StatusOr<Shares> Measure(Evaluation& evaluation,
                                 const at::Tensor& positions,
                                 const at::Tensor& core_mask,
                                 Json& completeness_error) const {
    std::vector<at::Tensor> core, empty, labels, bias_labels;
    const auto measure = [&](const AttributionMaps& batch) {
      if (core_mask.defined()) core.push_back(ShareAt(batch.maps, core_mask));
      empty.push_back(ShareAt(batch.maps, batch.empty));
      labels.push_back(batch.labels);
      bias_labels.push_back(batch.bias_labels);
      return absl::OkStatus();
    };
    ASSIGN_OR_RETURN(
        completeness_error,
        ForEachAttributionMap(evaluation, options_, positions, measure));
    return Shares{core.empty() ? at::Tensor() : at::cat(core), at::cat(empty),
                  at::cat(labels), at::cat(bias_labels)};
  }

  static Json Results(const Shares& shares, const TaskSpec& task) {
    // The mean of the core shares where a mask is true.
    const auto mean = [&](const at::Tensor& where) -> Json {
      if (!shares.core.defined()) return nullptr;
      return MeanOfNumbers(shares.core.masked_select(where));
    };
    const at::Tensor aligned = shares.labels.eq(shares.bias_labels);
    const bool biased = task.num_biases > 1;
    Json by_class = Json::array();
    for (int64_t k = 0; k < task.num_classes; ++k) {
      by_class.push_back(mean(shares.labels.eq(k)));
    }
    return {
        {"attribution", mean(at::ones_like(aligned))},
        {"conflicting", biased ? mean(aligned.logical_not()) : Json()},
        {"aligned", biased ? mean(aligned) : Json()},
        {"empty", MeanOfNumbers(shares.empty)},
        {"skipped", shares.empty.isnan().to(at::kDouble).mean().item<double>()},
        {"by_class", by_class}};
  }

  // Half aligned and half conflicting; where there are too few of one kind, the
  // other fills up.
  absl::Status Draw(Evaluation& evaluation, const at::Tensor& positions,
                    const Shares& shares) const {
    const TaskSpec& task = evaluation.task();
    if (task.input_shape.size() != 3 || options_.pictures == 0) {
      return absl::OkStatus();
    }
    at::Tensor conflicting = shares.labels.ne(shares.bias_labels);
    if (task.num_biases == 1) conflicting = at::zeros_like(conflicting);
    const int64_t drawn = std::min(options_.pictures, positions.size(0));
    const int64_t second = conflicting.sum().item<int64_t>();
    const int64_t first = positions.size(0) - second;
    const int64_t num_second =
        std::min(second, std::max(drawn / 2, drawn - first));
    const at::Tensor rows =
        at::cat({SpreadOver(conflicting.logical_not(), drawn - num_second),
                 SpreadOver(conflicting, num_second)});
    std::vector<at::Tensor> images, maps;
    const auto keep = [&](const AttributionMaps& batch) {
      images.push_back(batch.stored);
      maps.push_back(batch.maps);
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(ForEachAttributionMap(evaluation, options_,
                                          positions.index_select(0, rows), keep)
                        .status());
    evaluation.AddPicture(
        {"examples",
         DrawAttributions(at::cat(images), at::cat(maps), num_second)});
    return absl::OkStatus();
  }

  CoreUtilizationOptions options_;
};

BIGSTEP_REGISTER(Metrics, "core_utilization", CoreUtilization,
                 CoreUtilizationOptions);

}  // namespace
}  // namespace bigstep
