// How much accuracy is left when small weights are set to zero, without
// training again: the network's compressibility.
//   Global magnitude pruning: Han et al., NeurIPS 2015, arXiv:1506.02626.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "metrics/common/pruning.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

struct PrunabilityOptions {
  std::vector<double> ratios = {0,   0.1, 0.2, 0.3, 0.4, 0.5,
                                0.6, 0.7, 0.8, 0.9, 0.95};

  static void Describe(Schema<PrunabilityOptions>& s) {
    s.Summary("Accuracy kept under one-shot global magnitude pruning.")
        .Details(
            "At each ratio r the round(r d) smallest of the network's d "
            "weights (tensors of two or more dimensions, all layers ranked "
            "together) are set to 0 in a copy, which is not trained again; "
            "acc(r) is its accuracy on the test split. Retained accuracy is "
            "acc(r) / acc(0). auc: area under the retained accuracy by the "
            "trapezoid rule, divided by the width of the ratios, so that 1 "
            "means nothing was lost. Lists: ratios, accuracy, retained. The "
            "definition of the paper under test is unknown; this one is a "
            "guess from its first author's earlier work. Cost: one forward "
            "pass over the test split for each ratio, and for 90 % if that is "
            "none "
            "of them, at the end.")
        .Paper("arXiv:1506.02626");
    s.Field("ratios", &PrunabilityOptions::ratios)
        .AtLeast(0)
        .AtMost(1)
        .Doc("shares of weights to prune, rising from 0");
    s.Check([](const PrunabilityOptions& o) -> std::string {
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
    });
  }
};

class Prunability final : public Metric {
 public:
  Prunability(const PrunabilityOptions& options, const MetricArgs&)
      : ratios_(options.ratios) {}

  MetricTraits Traits() const override {
    // A pruned network may do better than the whole one, hence no bound at 1.
    return {
        Timing::kAtEnd,
        {{"auc", "area under the retained-accuracy curve", 0, kInfinity},
         {"accuracy_at_90", "test accuracy with 90 % of the weights pruned"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    const std::unique_ptr<Model> copy = evaluation.CopyModel();
    const GlobalMagnitudePruner pruner(*copy);
    const auto accuracy_at = [&](double ratio) -> absl::StatusOr<double> {
      pruner.Prune(ratio, *copy);
      ASSIGN_OR_RETURN(const SplitOutputs outputs,
                       evaluation.OutputsOf(*copy, "test"));
      return ShareCorrect(outputs.logits, outputs.labels);
    };
    std::vector<double> accuracy;
    for (const double ratio : ratios_) {
      ASSIGN_OR_RETURN(accuracy.emplace_back(), accuracy_at(ratio));
    }
    const auto at_90 = std::find(ratios_.begin(), ratios_.end(), 0.9);
    double accuracy_at_90 = 0;
    if (at_90 != ratios_.end()) {
      accuracy_at_90 = accuracy[at_90 - ratios_.begin()];
    } else {
      ASSIGN_OR_RETURN(accuracy_at_90, accuracy_at(0.9));
    }
    Json result = {{"ratios", ratios_},
                   {"accuracy", accuracy},
                   {"accuracy_at_90", accuracy_at_90},
                   {"retained", Json::array()},
                   {"auc", nullptr}};
    if (accuracy[0] == 0) return result;  // Nothing there to be kept.
    double area = 0;
    for (size_t i = 0; i < ratios_.size(); ++i) {
      result["retained"].push_back(accuracy[i] / accuracy[0]);
      if (i > 0) {
        area += (accuracy[i] + accuracy[i - 1]) / accuracy[0] / 2 *
                (ratios_[i] - ratios_[i - 1]);
      }
    }
    result["auc"] = area / ratios_.back();
    return result;
  }

 private:
  std::vector<double> ratios_;
};

BIGSTEP_REGISTER(Metrics, "prunability", Prunability, PrunabilityOptions);

}  // namespace
}  // namespace bigstep
