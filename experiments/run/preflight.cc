#include "experiments/run/preflight.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/json.h"
#include "experiments/train/trainer.h"

namespace bigstep {
namespace {

// Puts 0 in place of every number.
void DropNumbers(Json& json) {
  if (json.is_number()) json = 0;
  if (!json.is_structured()) return;
  for (Json& child : json) DropNumbers(child);
}

// What sections mean, asked for again and again: trials of a plan share their
// options.
class Meanings {
 public:
  const std::string& Of(const PluginConfig& config) {
    return Remember(exact_, config, /*numbers=*/true);
  }
  const std::string& WithoutNumbers(const PluginConfig& config) {
    return Remember(rough_, config, /*numbers=*/false);
  }

 private:
  using Known = std::map<std::pair<const void*, const void*>, std::string>;

  static const std::string& Remember(Known& known, const PluginConfig& config,
                                     bool numbers) {
    const auto [it, is_new] =
        known.emplace(std::make_pair(config.plugin, config.options.get()), "");
    if (is_new) {
      Json identity = config.Identity();
      if (!numbers) DropNumbers(identity);
      it->second = CanonicalJson(identity);
    }
    return it->second;
  }

  Known exact_, rough_;
};

// What a trial needs: things that can go wrong together. A trial whose needs
// were all tried out with earlier trials need not be tried out.
std::vector<std::string> NeedsOf(const TrialSettings& settings,
                                 Meanings& meanings) {
  const std::string pair =
      absl::StrCat(meanings.Of(settings.dataset), meanings.Of(settings.model));
  const TrainingOptions& training = settings.training;
  std::string regularizers;
  for (const PluginConfig& config : settings.regularizers) {
    absl::StrAppend(&regularizers, meanings.WithoutNumbers(config));
  }
  return {absl::StrCat(pair, "batch ", training.batch_size),
          absl::StrCat(pair, "steps ", training.max_steps,
                       meanings.Of(settings.schedule)),
          absl::StrCat(pair, "optimizer ",
                       meanings.WithoutNumbers(settings.optimizer)),
          absl::StrCat(pair, "loss ", meanings.WithoutNumbers(settings.loss)),
          absl::StrCat(pair, "regularizers ", regularizers)};
}

}  // namespace

std::vector<const Trial*> TrialsToTry(std::vector<const Trial*> trials) {
  Meanings meanings;
  std::stable_sort(trials.begin(), trials.end(),
                   [&meanings](const Trial* a, const Trial* b) {
                     return meanings.Of(a->settings.dataset) <
                            meanings.Of(b->settings.dataset);
                   });
  std::vector<const Trial*> chosen;
  std::set<std::string> tried;
  for (const Trial* trial : trials) {
    bool is_new = false;
    for (const std::string& need : NeedsOf(trial->settings, meanings)) {
      is_new |= tried.insert(need).second;
    }
    if (is_new) chosen.push_back(trial);
  }
  return chosen;
}

absl::Status CheckTrials(const Plan& plan, std::vector<const Trial*> trials,
                         DatasetCache& datasets, c10::Device device,
                         const std::function<bool()>& interrupted) {
  std::vector<std::string> wrong;
  std::set<std::string> broken;  // Datasets, by meaning.
  for (const Trial* trial : TrialsToTry(std::move(trials))) {
    const std::string dataset_key =
        CanonicalJson(trial->settings.dataset.Identity());
    if (interrupted() || broken.count(dataset_key) > 0) continue;
    const auto dataset =
        datasets.Get(trial->settings.dataset, trial->settings.seed);
    if (!dataset.ok()) {
      broken.insert(dataset_key);
      wrong.push_back(std::string(dataset.status().message()));
      continue;
    }
    const absl::Status status = CheckTrial(trial->settings, **dataset, device);
    if (!status.ok()) {
      wrong.push_back(
          absl::StrCat(plan.study.configurations[trial->configurations[0]].name,
                       " seed ", trial->settings.seed, ": ", status.message()));
    }
  }
  if (wrong.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(wrong, "\n"));
}

}  // namespace bigstep
