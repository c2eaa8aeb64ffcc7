// Tries out what trials need before any of them is trained.
#ifndef BIGSTEP_EXPERIMENTS_RUN_PREFLIGHT_H_
#define BIGSTEP_EXPERIMENTS_RUN_PREFLIGHT_H_

#include <c10/core/Device.h>

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "datasets/cache/dataset_cache.h"
#include "experiments/plan/plan.h"

namespace bigstep {

// Of `trials`, those that must be tried out to have tried out what all of them
// need, grouped by dataset. A thing is tried once, with the first trial that
// has it: of optimizers, losses and regularizers that differ in numbers alone,
// one stands for all.
std::vector<const Trial*> TrialsToTry(std::vector<const Trial*> trials);

// Makes the dataset, the model and all else that `trials`, of `plan`, need, and
// drops it again. Whatever is wrong (missing files, a model that does not take
// the input, a batch larger than the data) is returned as one error, a line for
// each. Ends early once `interrupted` is true.
absl::Status CheckTrials(const Plan& plan, std::vector<const Trial*> trials,
                         DatasetCache& datasets, c10::Device device,
                         const std::function<bool()>& interrupted);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_PREFLIGHT_H_
