#include "experiments/run/cost_model.h"

#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// The budget of a trial; given in epochs, a guess that is good for comparing
// trials alone: how many examples they have is not known here.
int64_t StepsOrGuess(const TrialSettings& settings) {
  constexpr int64_t kGuessedExamples = 10000;
  return settings.training.StepsFor(kGuessedExamples);
}

// Counted once for each pass.
double Examples(const TrialSettings& settings, int64_t steps, int passes) {
  return static_cast<double>(steps) *
         static_cast<double>(settings.training.batch_size) * passes;
}

}  // namespace

int OptimizerPasses(const TrialSettings& settings) {
  int passes = 1;
  for (Json optimizer = settings.optimizer.ToJson();
       optimizer.contains("base") && optimizer["base"].is_object();
       optimizer = Json(optimizer["base"])) {
    ++passes;
  }
  return passes;
}

std::vector<std::pair<std::string, double>> CostModel::Classes(
    const TrialSettings& settings, int64_t steps) {
  const TrainingOptions& training = settings.training;
  const std::string network = absl::StrCat(identities_.Of(settings.dataset),
                                           identities_.Of(settings.model));
  const int passes = OptimizerPasses(settings);
  const double examples = Examples(settings, steps, passes);
  return {{absl::StrCat(network, " ", settings.optimizer.name(), " ",
                        IdentityOf(settings, "training")),
           1},
          {absl::StrCat(network, " ", training.batch_size, " ",
                        training.precision, " ", passes),
           static_cast<double>(steps)},
          {network, examples},
          {"", examples}};
}

void CostModel::Add(const TrialSettings& settings, const Record& record) {
  const double seconds = SecondsOf(record);
  if (record.outcome == Outcome::kFailed || record.steps <= 0 ||
      !(seconds > 0)) {
    return;
  }
  const auto classes = Classes(settings, record.steps);
  // A diverged trial ended early: it counts by step alone.
  const size_t first = record.outcome == Outcome::kCompleted ? 0 : 1;
  for (size_t i = first; i < classes.size(); ++i) {
    Rate& rate = rates_[classes[i].first];
    rate.seconds += seconds;
    rate.units += classes[i].second;
  }
}

void CostModel::AddStep(const TrialSettings& settings, double seconds) {
  const auto classes = Classes(settings, 1);
  timed_.insert(classes[1].first);
  for (size_t i = 1; i < classes.size(); ++i) {
    // What a record says counts more.
    const auto [rate, is_new] = rates_.try_emplace(classes[i].first);
    if (is_new) rate->second = {seconds, classes[i].second};
  }
}

CostModel::Estimate CostModel::Of(const TrialSettings& settings,
                                  int64_t max_steps) {
  const int64_t steps = max_steps > 0 ? max_steps : StepsOrGuess(settings);
  if (rates_.empty()) {  // A guess: only ratios matter.
    return {1e-7 * Examples(settings, steps, OptimizerPasses(settings))};
  }
  const auto classes = Classes(settings, steps);
  for (const auto& [key, units] : classes) {
    const auto rate = rates_.find(key);
    if (rate == rates_.end()) continue;
    return {units * rate->second.seconds / rate->second.units,
            /*known=*/key == classes[0].first,
            /*timed=*/key == classes[1].first && timed_.count(key) > 0};
  }
  return {};  // Not reached: all trials share the last class.
}

CostModel LearnCosts(const Plan& plan, const FolderContent& content) {
  CostModel model;
  for (const Trial& trial : plan.trials) {
    const Record* record = content.Find(trial.id);
    if (record != nullptr) model.Add(trial.settings, *record);
  }
  return model;
}

}  // namespace bigstep
