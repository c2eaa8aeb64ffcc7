// How much accuracy is left when small weights are set to zero, without
// training again: the network's compressibility.
//   Magnitude pruning: Han et al., NeurIPS 2015, arXiv:1506.02626. Layer by
//   layer and around the median: the code of Barsbey et al., NeurIPS 2021,
//   arXiv:2106.03795.
#include <ATen/ATen.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "metrics/weights/pruning.h"
#include "metrics/weights/retained_accuracy.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct PrunabilityOptions : SplitOption, TimingOption {
  PrunabilityOptions() : TimingOption("at_end") {}

  std::string method = "global";
  bool centred = false;
  bool exclude_first = false;
  bool exclude_last = false;
  std::vector<double> ratios = {0,   0.1, 0.2, 0.3, 0.4, 0.5,
                                0.6, 0.7, 0.8, 0.9, 0.95};
  double tolerance = 0.05;

  static void Describe(Schema<PrunabilityOptions>& s) {
    s.Summary("Accuracy kept when small weights are pruned, without training.")
        // 2: results above chance. 3: these are at most 1, and null for
        // networks that guess.
        .Version(3)
        .Details(absl::StrCat(
            "At each ratio r the round(r n) lowest of n units are pruned in a "
            "copy, which is not trained again; acc(r) is its accuracy on the "
            "split. Units are single weights by magnitude, ranked over all "
            "layers (global) or within each (layer), or rows (filter: neurons, "
            "filters) or columns (column: inputs of neurons) of each layer's "
            "matrix [outputs, rest] by L2 norm, ranked within the layer. "
            "Weights are the tensors with two or more dimensions (tables of "
            "relative positions among them); by filter, the last one stays, as "
            "its rows are the classes. Batch norm is evaluated with the "
            "running statistics of the whole network, and scales, shifts and "
            "biases stay: a pruned filter still outputs its shift. Retained "
            "accuracy is acc(r) / acc(0); retained_at_90, its value at r = "
            "0.9, is what the paper under test calls prunability, as far as is "
            "known. ",
            kAboveChanceDetails,
            " auc: area under retained accuracy by the trapezoid rule, divided "
            "by the width of the ratios, so that 1 means nothing was lost; a "
            "network that guesses reaches 1. auc_above_chance: the same of "
            "what is retained above chance. largest_ratio: the largest ratio "
            "tried such that at it, and at all tried below it, no more than a "
            "share `tolerance` of acc(0) is lost. Lists: ratios, accuracy, "
            "retained, retained_above_chance. Ratios and units of the paper "
            "under test are unknown; these are those of its first author's "
            "earlier work and of the field. Cost: a forward pass over the "
            "split for each ratio, and for 90 % if that is none of them: 10000 "
            "test examples cost about 30 training steps of batch 100 each."))
        .Paper("arXiv:1506.02626; arXiv:2106.03795 (layer-wise, centred)");
    s.Field("method", &PrunabilityOptions::method)
        .OneOf({"global", "layer", "filter", "column"})
        .Doc("what is pruned as a whole, and where it is ranked");
    s.Field("centred", &PrunabilityOptions::centred)
        .Doc(
            "rank deviations from the layer's median (the lower one of the two "
            "in the middle of an even number of weights) and prune to the "
            "median in place of zero");
    s.Field("exclude_first", &PrunabilityOptions::exclude_first)
        .Doc("leave the first weight tensor of the model as it is");
    s.Field("exclude_last", &PrunabilityOptions::exclude_last)
        .Doc("leave the last weight tensor of the model as it is");
    s.Field("ratios", &PrunabilityOptions::ratios)
        .AtLeast(0)
        .AtMost(1)
        .Doc("shares to prune, rising from 0");
    s.Field("tolerance", &PrunabilityOptions::tolerance)
        .AtLeast(0)
        .Below(1)
        .Doc("share of the accuracy that largest_ratio may lose");
    DescribeSplit(s);
    DescribeTiming(s);
    s.Check(RatiosMistake);
  }

  static std::string RatiosMistake(const PrunabilityOptions& o) {
    if (o.ratios.size() < 2 || o.ratios[0] != 0) {
      return "ratios must start at 0 and have at least two values";
    }
    for (size_t i = 1; i < o.ratios.size(); ++i) {
      if (o.ratios[i] <= o.ratios[i - 1]) {
        return absl::StrCat("ratios must rise, got ", o.ratios[i], " after ",
                            o.ratios[i - 1]);
      }
    }
    return "";
  }

  PruningOptions Pruning() const {
    PruningOptions pruning = {PruningMethod::kGlobal, centred, exclude_first,
                              exclude_last};
    if (method == "layer") pruning.method = PruningMethod::kLayer;
    if (method == "filter") pruning.method = PruningMethod::kFilter;
    if (method == "column") pruning.method = PruningMethod::kColumn;
    return pruning;
  }
};

// Area under the curve through (ratios, heights) by the trapezoid rule, divided
// by its width; null without heights.
Json MeanHeight(const std::vector<double>& ratios,
                const std::vector<double>& heights) {
  if (heights.empty()) return nullptr;
  double area = 0;
  for (size_t i = 1; i < ratios.size(); ++i) {
    area += (heights[i] + heights[i - 1]) / 2 * (ratios[i] - ratios[i - 1]);
  }
  return area / ratios.back();
}

class Prunability final : public Metric {
 public:
  Prunability(const PrunabilityOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    // A pruned network may do better than the whole one, hence no bound at 1
    // of what is not measured above chance.
    return {
        options_.When(),
        {Titled("prunability",
                {"retained_at_90",
                 "accuracy with 90 % pruned relative to the whole's", 0,
                 kInfinity}),
         Titled("prunability above chance",
                {"above_chance_at_90",
                 "the same of the accuracy above chance, at most 1"}),
         Titled("accuracy at 90 % pruned",
                {"accuracy_at_90", "accuracy with 90 % pruned"}),
         Titled(
             "mean retained accuracy",
             {"auc", "area under the retained-accuracy curve", 0, kInfinity}),
         Titled("mean retained accuracy above chance",
                {"auc_above_chance",
                 "the same of the accuracy above chance, at most 1"}),
         Titled("largest tolerated pruning",
                {"largest_ratio", "largest ratio within the tolerated loss"})},
        options_.ExtraSplits()};
  }

  absl::Status CheckModel(const Model& model) const override {
    return Pruner::Check(model, options_.Pruning());
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    const std::unique_ptr<Model> copy = evaluation.CopyModel();
    ASSIGN_OR_RETURN(const Pruner pruner,
                     Pruner::Create(*copy, options_.Pruning()));
    const auto accuracy_at = [&](double ratio) -> absl::StatusOr<double> {
      if (ratio == 0) {
        ASSIGN_OR_RETURN(const SplitOutputs* const whole,
                         evaluation.Outputs(options_.split));
        return ShareCorrect(whole->logits, whole->labels);
      }
      pruner.Prune(ratio, *copy);
      ASSIGN_OR_RETURN(const SplitOutputs outputs,
                       evaluation.OutputsOf(*copy, options_.split));
      return ShareCorrect(outputs.logits, outputs.labels);
    };
    const std::vector<double>& ratios = options_.ratios;
    std::vector<double> accuracy;
    for (const double ratio : ratios) {
      ASSIGN_OR_RETURN(accuracy.emplace_back(), accuracy_at(ratio));
    }
    const auto at_90 = std::find(ratios.begin(), ratios.end(), 0.9);
    double accuracy_at_90 = 0;
    if (at_90 != ratios.end()) {
      accuracy_at_90 = accuracy[at_90 - ratios.begin()];
    } else {
      ASSIGN_OR_RETURN(accuracy_at_90, accuracy_at(0.9));
    }
    ASSIGN_OR_RETURN(const SplitOutputs* const whole,
                     evaluation.Outputs(options_.split));
    const RetainedAccuracy retained(accuracy[0], whole->labels,
                                    evaluation.task().num_classes);
    Json result = Curves(accuracy, retained);
    result["accuracy_at_90"] = accuracy_at_90;
    result["retained_at_90"] = retained.Share(accuracy_at_90);
    result["above_chance_at_90"] = retained.ShareAboveChance(accuracy_at_90);
    return result;
  }

 private:
  // The curves of `accuracy` and what sums them up; null and empty where
  // nothing was there to be kept.
  Json Curves(const std::vector<double>& accuracy,
              const RetainedAccuracy& retained) const {
    std::vector<double> shares, above;
    for (const double a : accuracy) {
      const Json share = retained.Share(a);
      const Json share_above = retained.ShareAboveChance(a);
      if (!share.is_null()) shares.push_back(share.get<double>());
      if (!share_above.is_null()) above.push_back(share_above.get<double>());
    }
    Json auc_above = MeanHeight(options_.ratios, above);
    // Rounding may lead out of the range.
    if (!auc_above.is_null()) auc_above = std::min(auc_above.get<double>(), 1.);
    return {{"ratios", options_.ratios},
            {"accuracy", accuracy},
            {"retained", shares},
            {"retained_above_chance", above},
            {"auc", MeanHeight(options_.ratios, shares)},
            {"auc_above_chance", auc_above},
            {"largest_ratio", LargestRatio(shares)}};
  }

  // The last ratio before the first loss; null without a curve.
  Json LargestRatio(const std::vector<double>& retained) const {
    Json largest = nullptr;
    for (size_t i = 0; i < retained.size(); ++i) {
      // 1e-12: a loss of exactly the tolerance may come out above it.
      if (retained[i] < 1 - options_.tolerance - 1e-12) break;
      largest = options_.ratios[i];
    }
    return largest;
  }

  PrunabilityOptions options_;
};

BIGSTEP_REGISTER(Metrics, "prunability", Prunability, PrunabilityOptions);

}  // namespace
}  // namespace bigstep
