#include "experiments/train/stop_rules.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace bigstep {

bool AreFinite(const SplitOutputs& outputs) {
  return at::isfinite(outputs.logits).all().item<bool>();
}

bool IsCollapsed(const SplitOutputs& train, int64_t num_classes) {
  const double guessing =
      num_classes == 2 ? 0.53 : 1.25 / static_cast<double>(num_classes);
  return ShareCorrect(train.logits, train.labels) <= guessing;
}

Stop RuleToStop(const TrainingOptions& options, int64_t steps,
                const SplitOutputs& train, int64_t num_classes,
                const Loss& loss) {
  if (options.stop_collapsed_after > 0 &&
      steps >= options.stop_collapsed_after &&
      IsCollapsed(train, num_classes)) {
    return Stop::kCollapsed;
  }
  if (options.stop_train_accuracy == 0 && options.stop_train_loss == 0) {
    return Stop::kMaxSteps;
  }
  const c10::NoGradGuard no_grad;
  const bool accurate =
      options.stop_train_accuracy == 0 ||
      ShareCorrect(train.logits, train.labels) >= options.stop_train_accuracy;
  const bool low = options.stop_train_loss == 0 ||
                   loss.PerExample(train.logits, train.labels)
                           .to(at::kDouble)
                           .mean()
                           .item<double>() < options.stop_train_loss;
  return accurate && low ? Stop::kTrainThresholds : Stop::kMaxSteps;
}

}  // namespace bigstep
