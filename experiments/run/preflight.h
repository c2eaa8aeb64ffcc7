// Checks, before anything is trained, that training can start.
#ifndef BIGSTEP_EXPERIMENTS_RUN_PREFLIGHT_H_
#define BIGSTEP_EXPERIMENTS_RUN_PREFLIGHT_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/plan/plan.h"
#include "experiments/run/identity_cache.h"
#include "experiments/run/other_data.h"
#include "experiments/run/resume.h"
#include "experiments/run/supervisor.h"

namespace bigstep {

// A subset of `trials` that needs everything that all of them need, grouped by
// dataset. Each need is covered by the first trial that has it; optimizers,
// losses and regularizers that differ only in numbers count as one.
std::vector<const Trial*> TrialsToTry(std::vector<const Trial*> trials);

struct CheckedTrials {
  // The trials kept in the results folder, of those whose data were made, that
  // saw other data than their dataset gives now.
  std::vector<OtherData> other_data;
  // WeightsBytes of the networks and the numbers of training examples, by
  // NetworkKey.
  std::map<std::string, int64_t> weights_bytes;
  std::map<std::string, int64_t> train_examples;
  // Timed trials with their seconds a step.
  std::vector<std::pair<const Trial*, double>> timed = {};
};

// The budget of a trial in steps: of one that was checked; 0 if it is given in
// epochs of unchecked data.
int64_t MaxSteps(const Trial& trial, const CheckedTrials& checked,
                 IdentityCache& identities);

// Trials with equal keys have networks of one size.
std::string NetworkKey(const Trial& trial, IdentityCache& identities);

// The size of the weights of all trials of the plan, in bytes: of networks
// that were checked, or whose weights a record has; the others are left out.
double StudyWeightsBytes(const Plan& plan, const FolderContent& content,
                         const CheckedTrials& checked);

// Whether trials leave their weights, by content.keep_weights and that size.
bool KeepsWeights(KeepWeights rule, double study_bytes);

// In the supervisor's workers, makes the dataset, the model and everything else
// that `trials`, of `plan`, need, and discards it. All errors (missing files, a
// model that does not take the input, a batch larger than the data) are
// returned as one InvalidArgument, a line for each. Cancelled if interrupted.
//
// For other_data, the datasets of kept trials, once for each of their seeds,
// are made as well: of those that share a dataset with `trials` or are in
// `also`.
absl::StatusOr<CheckedTrials> CheckTrials(const Plan& plan,
                                          const FolderContent& content,
                                          std::vector<const Trial*> trials,
                                          const std::vector<const Trial*>& also,
                                          Supervisor& supervisor);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_PREFLIGHT_H_
