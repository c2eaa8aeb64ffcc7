// Trials that the tests of the trainer run.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_TESTING_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "experiments/plan/testing.h"
#include "experiments/train/trainer.h"

namespace bigstep {

// The first trial of kTinySpec, changed.
inline TrialSettings SettingsOf(
    const std::vector<std::string>& overrides = {}) {
  return PlanOf(kTinySpec, overrides).trials[0].settings;
}

inline std::unique_ptr<Dataset> DatasetOf(const TrialSettings& settings) {
  auto dataset = Datasets::Get().Make(settings.dataset, {"", settings.seed});
  EXPECT_OK(dataset);
  return *std::move(dataset);
}

inline TrialResult TrainNow(const TrialSettings& settings,
                            const TrainerHooks& hooks = {},
                            const TrainerOptions& options = {}) {
  const auto result =
      RunTrial(settings, *DatasetOf(settings), c10::kCPU, hooks, options);
  EXPECT_OK(result);
  return *result;
}

inline Json HistoryJson(const TrialResult& result) {
  Json json = Json::array();
  for (const HistoryRow& row : result.history) {
    json.push_back({row.step, row.train_loss, row.metrics});
  }
  return json;
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_TESTING_H_
