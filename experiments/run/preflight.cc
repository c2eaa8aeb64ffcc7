#include "experiments/run/preflight.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "experiments/run/cost_model.h"
#include "experiments/run/identity_cache.h"

namespace bigstep {
namespace {

// Sets of things that a trial needs and that can go wrong together. A trial
// need not be tried if each of its sets was tried with an earlier one.
std::vector<std::string> NeedsOf(const TrialSettings& settings,
                                 IdentityCache& identities) {
  const std::string pair = absl::StrCat(identities.Of(settings.dataset),
                                        identities.Of(settings.model));
  const TrainingOptions& training = settings.training;
  std::string regularizers;
  for (const PluginConfig& config : settings.regularizers) {
    absl::StrAppend(&regularizers, identities.WithoutNumbers(config));
  }
  return {absl::StrCat(pair, "batch ", training.batch_size, " passes ",
                       OptimizerPasses(settings)),
          absl::StrCat(pair, "steps ", training.max_steps, " ", training.epochs,
                       identities.Of(settings.schedule)),
          absl::StrCat(pair, "optimizer ",
                       identities.WithoutNumbers(settings.optimizer)),
          absl::StrCat(pair, "loss ", identities.WithoutNumbers(settings.loss)),
          absl::StrCat(pair, "regularizers ", regularizers)};
}

DataKey KeyOf(const Trial& trial, IdentityCache& identities) {
  return {identities.Of(trial.settings.dataset), trial.settings.seed};
}

// Checks of `trials`, then of the data of the kept trials that share a dataset
// with them or are in `also`, once for each dataset and seed.
std::vector<Check> ChecksFor(const Plan& plan, const FolderContent& content,
                             const std::vector<const Trial*>& trials,
                             const std::vector<const Trial*>& also,
                             IdentityCache& identities) {
  std::vector<Check> checks;
  std::set<std::string> datasets;
  std::set<DataKey> known;
  const std::set<const Trial*> others(also.begin(), also.end());
  for (const Trial* trial : trials) {
    checks.push_back({trial});
    datasets.insert(identities.Of(trial->settings.dataset));
    known.insert(KeyOf(*trial, identities));
  }
  for (const Trial& trial : plan.trials) {
    const bool wanted =
        datasets.count(identities.Of(trial.settings.dataset)) > 0 ||
        others.count(&trial) > 0;
    if (!wanted || RecordedData(content, trial).empty()) continue;
    if (known.insert(KeyOf(trial, identities)).second) {
      checks.push_back({&trial, /*data_only=*/true});
    }
  }
  return checks;
}

}  // namespace

std::vector<const Trial*> TrialsToTry(std::vector<const Trial*> trials) {
  IdentityCache identities;
  std::stable_sort(trials.begin(), trials.end(),
                   [&identities](const Trial* a, const Trial* b) {
                     return identities.Of(a->settings.dataset) <
                            identities.Of(b->settings.dataset);
                   });
  std::vector<const Trial*> chosen;
  std::set<std::string> tried;
  for (const Trial* trial : trials) {
    bool is_new = false;
    for (const std::string& need : NeedsOf(trial->settings, identities)) {
      is_new |= tried.insert(need).second;
    }
    if (is_new) chosen.push_back(trial);
  }
  return chosen;
}

std::string NetworkKey(const Trial& trial, IdentityCache& identities) {
  return absl::StrCat(identities.Of(trial.settings.dataset),
                      identities.Of(trial.settings.model));
}

int64_t MaxSteps(const Trial& trial, const CheckedTrials& checked,
                 IdentityCache& identities) {
  const TrainingOptions& training = trial.settings.training;
  if (training.max_steps > 0) return training.max_steps;
  const auto examples =
      checked.train_examples.find(NetworkKey(trial, identities));
  return examples == checked.train_examples.end()
             ? 0
             : training.StepsFor(examples->second);
}

double StudyWeightsBytes(const Plan& plan, const FolderContent& content,
                         const CheckedTrials& checked) {
  IdentityCache identities;
  std::map<std::string, int64_t> sizes = checked.weights_bytes;
  for (const Trial& trial : plan.trials) {
    const Record* record = content.Find(trial.id);
    if (record == nullptr || record->weights.empty()) continue;
    sizes.emplace(NetworkKey(trial, identities),
                  record->weights.at("bytes").get<int64_t>());
  }
  double bytes = 0;
  for (const Trial& trial : plan.trials) {
    const auto size = sizes.find(NetworkKey(trial, identities));
    if (size != sizes.end()) bytes += static_cast<double>(size->second);
  }
  return bytes;
}

bool KeepsWeights(KeepWeights rule, double study_bytes) {
  return rule == KeepWeights::kAll ||
         (rule == KeepWeights::kAuto && study_bytes < kMostWeightsBytes);
}

absl::StatusOr<CheckedTrials> CheckTrials(const Plan& plan,
                                          const FolderContent& content,
                                          std::vector<const Trial*> trials,
                                          const std::vector<const Trial*>& also,
                                          Supervisor& supervisor) {
  IdentityCache identities;
  const std::vector<Check> checks = ChecksFor(
      plan, content, TrialsToTry(std::move(trials)), also, identities);
  ASSIGN_OR_RETURN(const std::vector<CheckResult> results,
                   supervisor.RunChecks(checks));
  std::vector<std::string> errors;
  std::map<DataKey, std::string> data;
  CheckedTrials checked;
  for (size_t i = 0; i < checks.size(); ++i) {
    const Trial& trial = *checks[i].trial;
    const auto& [message, sha256, weights_bytes, train_examples, step_s] =
        results[i];
    if (step_s > 0) checked.timed.emplace_back(&trial, step_s);
    const std::string key = NetworkKey(trial, identities);
    if (weights_bytes > 0) checked.weights_bytes[key] = weights_bytes;
    if (train_examples > 0) checked.train_examples[key] = train_examples;
    if (!message.empty()) {
      errors.push_back(absl::StrCat(TrialLabel(plan, trial), ": ", message));
    }
    if (!sha256.empty()) data[KeyOf(trial, identities)] = sha256;
  }
  if (!errors.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
  }
  checked.other_data = FindOtherData(plan, content, data);
  return checked;
}

}  // namespace bigstep
