#include "experiments/run/preflight.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
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
  return {absl::StrCat(pair, "batch ", training.batch_size),
          absl::StrCat(pair, "steps ", training.max_steps,
                       identities.Of(settings.schedule)),
          absl::StrCat(pair, "optimizer ",
                       identities.WithoutNumbers(settings.optimizer)),
          absl::StrCat(pair, "loss ", identities.WithoutNumbers(settings.loss)),
          absl::StrCat(pair, "regularizers ", regularizers)};
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

absl::Status CheckTrials(const Plan& plan, std::vector<const Trial*> trials,
                         Supervisor& supervisor) {
  trials = TrialsToTry(std::move(trials));
  ASSIGN_OR_RETURN(const std::vector<std::string> messages,
                   supervisor.RunChecks(trials));
  std::vector<std::string> errors;
  for (size_t i = 0; i < trials.size(); ++i) {
    if (messages[i].empty()) continue;
    errors.push_back(
        absl::StrCat(TrialLabel(plan, *trials[i]), ": ", messages[i]));
  }
  if (errors.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
}

}  // namespace bigstep
