// The mean squared error of a regression.
#include <ATen/ATen.h>

#include <string>

#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/metric.h"
#include "metrics/options.h"

namespace bigstep {
namespace {

struct SquaredErrorOptions : TimingOption {
  static void Describe(Schema<SquaredErrorOptions>& s) {
    s.Summary("Mean squared error, for regressions.")
        .Details(
            "The mean over the examples of a split of (prediction - target)^2, "
            "summed over the targets of an example, as in the loss "
            "squared_error; penalties are not in it. train is over a sample of "
            "the training data during training and over all of it at the end. "
            "Null if a prediction overflows. Cost: the shared forward passes.")
        .Paper("arXiv:2210.05337");
    DescribeTiming(s);
  }
};

class SquaredError final : public Metric {
 public:
  SquaredError(const SquaredErrorOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    const auto error = [](const std::string& split) -> ResultSpec {
      return {split, "mean squared error, split " + split, 0, kInfinity,
              Direction::kLower};
    };
    return {
        .timing = options_.When(),
        .results = {Titled("squared error of training data", error("train")),
                    Titled("squared error of validation data",
                           error("validation")),
                    Titled("squared error of test data", error("test"))},
        .task = Task::kRegression};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    Json values = Json::object();
    for (const std::string split : {"train", "validation", "test"}) {
      ASSIGN_OR_RETURN(const SplitOutputs* const outputs,
                       evaluation.Outputs(split));
      values[split] = FiniteOrNull(
          (outputs->logits.to(at::kDouble) - outputs->regression_targets)
              .square()
              .sum(1)
              .mean()
              .item<double>());
    }
    return values;
  }

 private:
  SquaredErrorOptions options_;
};

BIGSTEP_REGISTER(Metrics, "squared_error", SquaredError, SquaredErrorOptions);

}  // namespace
}  // namespace bigstep
