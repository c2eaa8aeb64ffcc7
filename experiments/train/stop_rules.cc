#include "experiments/train/stop_rules.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace bigstep {

bool AreFinite(const SplitOutputs& outputs) {
  return at::isfinite(outputs.logits).all().item<bool>();
}

TrainFit FitOf(const SplitOutputs& train) {
  const c10::NoGradGuard no_grad;
  if (train.regression_targets.defined()) {
    const at::Tensor error =
        train.logits.to(at::kDouble) - train.regression_targets;
    return {.squared_error = error.square().sum(1).mean().item<double>()};
  }
  return {ShareCorrect(train.logits, train.labels),
          at::cross_entropy_loss(train.logits.to(at::kDouble), train.labels)
              .item<double>()};
}

bool IsCollapsed(double train_accuracy, int64_t num_classes) {
  const double guessing =
      num_classes == 2 ? 0.53 : 1.25 / static_cast<double>(num_classes);
  return train_accuracy <= guessing;
}

bool IsCollapsedRegression(double squared_error, const at::Tensor& targets) {
  constexpr double kLeastShare = 0.95;
  const at::Tensor precise = targets.to(at::kDouble);
  const double of_mean =
      (precise - precise.mean(0)).square().sum(1).mean().item<double>();
  return squared_error >= kLeastShare * of_mean;
}

Stop RuleToStop(const StopOptions& options, int64_t steps, const TrainFit& fit,
                int64_t num_classes) {
  if (options.collapsed_after > 0 && steps >= options.collapsed_after &&
      IsCollapsed(fit.accuracy, num_classes)) {
    return Stop::kCollapsed;
  }
  if (!options.wants_fit() || fit.accuracy < options.train_accuracy) {
    return Stop::kMaxSteps;
  }
  return options.cross_entropy == 0 || fit.cross_entropy < options.cross_entropy
             ? Stop::kTrainThresholds
             : Stop::kMaxSteps;
}

}  // namespace bigstep
