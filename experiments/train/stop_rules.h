// When training ends: see StopOptions.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_STOP_RULES_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_STOP_RULES_H_

#include <cstdint>

#include "experiments/records/trial_result.h"
#include "experiments/spec/stop_options.h"
#include "metrics/evaluation.h"

namespace bigstep {

bool AreFinite(const SplitOutputs& outputs);

// Accuracy and mean cross-entropy of the labels or, in a regression, the mean
// squared error. Computed in float64.
TrainFit FitOf(const SplitOutputs& train);

// Whether the accuracy is no better than guessing among `num_classes` classes:
// see TrialResult::collapsed.
bool IsCollapsed(double train_accuracy, int64_t num_classes);

// Whether a mean squared error is at least .95 of that of always predicting the
// mean of `targets` [N, num_targets] float32.
bool IsCollapsedRegression(double squared_error, const at::Tensor& targets);

// The rule that ends training after `steps` steps with this fit; kMaxSteps if
// none does. Patience is left to FitWatch.
Stop RuleToStop(const StopOptions& options, int64_t steps, const TrainFit& fit,
                int64_t num_classes);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_STOP_RULES_H_
