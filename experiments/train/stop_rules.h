// When training ends: see TrainingOptions.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_STOP_RULES_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_STOP_RULES_H_

#include <cstdint>

#include "experiments/records/trial_result.h"
#include "experiments/spec/trial_settings.h"
#include "metrics/evaluation.h"
#include "optimizers/loss.h"

namespace bigstep {

bool AreFinite(const SplitOutputs& outputs);

// Whether the network is no better than guessing: see TrialResult::collapsed.
bool IsCollapsed(const SplitOutputs& train, int64_t num_classes);

// The rule that ends training after `steps` steps; kMaxSteps if none.
Stop RuleToStop(const TrainingOptions& options, int64_t steps,
                const SplitOutputs& train, int64_t num_classes,
                const Loss& loss);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_STOP_RULES_H_
