// Checks, before anything is trained, that training can start.
#ifndef BIGSTEP_EXPERIMENTS_RUN_PREFLIGHT_H_
#define BIGSTEP_EXPERIMENTS_RUN_PREFLIGHT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "experiments/plan/plan.h"
#include "experiments/run/other_data.h"
#include "experiments/run/resume.h"
#include "experiments/run/supervisor.h"

namespace bigstep {

// A subset of `trials` that needs everything that all of them need, grouped by
// dataset. Each need is covered by the first trial that has it; optimizers,
// losses and regularizers that differ only in numbers count as one.
std::vector<const Trial*> TrialsToTry(std::vector<const Trial*> trials);

// In the supervisor's workers, makes the dataset, the model and everything else
// that `trials`, of `plan`, need, and drops it again. All errors (missing
// files, a model that does not take the input, a batch larger than the data)
// are returned as one InvalidArgument, a line for each. Cancelled if
// interrupted.
//
// Returns the trials kept in `content` that share a dataset with `trials`, but
// saw other data than it gives now. For this, the datasets of kept trials are
// made once for each of their seeds.
absl::StatusOr<std::vector<OtherData>> CheckTrials(
    const Plan& plan, const FolderContent& content,
    std::vector<const Trial*> trials, Supervisor& supervisor);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_PREFLIGHT_H_
