// The fixture of tests that interrupt trainings.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_TRAINER_CHECKPOINT_TESTING_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_TRAINER_CHECKPOINT_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/named_tensors.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "experiments/train/testing.h"
#include "experiments/train/trainer.h"
#include "models/model.h"

namespace bigstep {

// What a trial leaves.
struct Ending {
  TrialResult result;
  NamedTensors model;  // Parameters and buffers, copied.
};

// Where to interrupt.
struct Break {
  enum Where {
    kAfterStep,   // At the first poll after the step: before the next step, or
                  // before the evaluation that follows it.
    kEvaluating,  // At the second one, within the evaluation.
    kEvaluated,   // At the first one after the evaluation.
  };
  int64_t step;
  Where where;
};

// Every place of interest in 30 steps with an evaluation every ten.
inline const std::vector<Break> kEverywhere = {
    {1, Break::kAfterStep},   {9, Break::kAfterStep},   {10, Break::kAfterStep},
    {10, Break::kEvaluating}, {10, Break::kEvaluated},  {11, Break::kAfterStep},
    {15, Break::kAfterStep},  {20, Break::kEvaluating}, {29, Break::kAfterStep},
    {30, Break::kAfterStep},  {30, Break::kEvaluating},
};

class TrainerCheckpointTest : public testing::Test {
 protected:
  // Hooks that fill `ending` and collect notes_.
  TrainerHooks Hooks(Ending& ending) {
    TrainerHooks hooks;
    hooks.on_note = [this](const std::string& note) { notes_.push_back(note); };
    hooks.on_resume = [this](int64_t steps) { resumed_.push_back(steps); };
    hooks.on_completion = [&ending](const Model& model) {
      ending.model.clear();
      for (const auto& [name, tensor] : ModelState(model)) {
        // The bytes of a generator's state include some that mean nothing.
        if (name.rfind("generator/", 0) == 0) continue;
        ending.model.emplace_back(name, tensor.detach().clone());
      }
      return absl::OkStatus();
    };
    return hooks;
  }

  // Trains until something ends it for good.
  Ending Train(const TrialSettings& settings, const Dataset& dataset,
               const std::function<void(TrainerHooks&)>& change = {}) {
    Ending ending;
    TrainerHooks hooks = Hooks(ending);
    if (change) change(hooks);
    const auto result = RunTrial(settings, dataset, c10::kCPU, hooks, options_);
    EXPECT_OK(result);
    if (result.ok()) ending.result = *result;
    EXPECT_EQ(ending.result.outcome, Outcome::kCompleted)
        << ending.result.reason;
    return ending;
  }

  // Trains from what the last one left until the break.
  void TrainTo(const Break& stop, const TrialSettings& settings,
               const Dataset& dataset) {
    Ending unused;
    TrainerHooks hooks = Hooks(unused);
    int64_t step = 0, polls = 0, evaluated = 0;
    hooks.on_resume = [&](int64_t steps) { step = steps; };
    hooks.on_step = [&](int64_t now, double) {
      step = now;
      polls = 0;
    };
    hooks.on_evaluation = [&](const HistoryRow& row) { evaluated = row.step; };
    hooks.interrupted = [&] {
      if (step != stop.step) return false;
      ++polls;
      switch (stop.where) {
        case Break::kAfterStep:
          return true;
        case Break::kEvaluating:
          return polls >= 2;
        case Break::kEvaluated:
          return evaluated == step;
      }
      return true;
    };
    const auto result = RunTrial(settings, dataset, c10::kCPU, hooks, options_);
    ASSERT_EQ(result.status().code(), absl::StatusCode::kCancelled)
        << "at step " << stop.step << ": " << result.status()
        << (result.ok() ? result->reason : "");
    EXPECT_EQ(step, stop.step);
    EXPECT_TRUE(std::filesystem::exists(path_));
  }

  void ExpectSame(const Ending& a, const Ending& b) {
    ASSERT_FALSE(b.model.empty());
    ASSERT_EQ(a.model.size(), b.model.size());
    for (size_t i = 0; i < a.model.size(); ++i) {
      EXPECT_TRUE(a.model[i].second.equal(b.model[i].second))
          << a.model[i].first;
    }
    EXPECT_EQ(a.result.metrics, b.result.metrics);
    EXPECT_EQ(HistoryJson(a.result), HistoryJson(b.result));
    EXPECT_EQ(a.result.steps, b.result.steps);
    EXPECT_EQ(a.result.stop, b.result.stop);
    EXPECT_EQ(a.result.collapsed, b.result.collapsed);
    EXPECT_EQ(a.result.course, b.result.course);
    EXPECT_EQ(a.result.pictures.size(), b.result.pictures.size());
  }

  // Expects that interruptions at `breaks`, one after the other, change
  // nothing.
  void ExpectSameInParts(const TrialSettings& settings, const Dataset& dataset,
                         const std::vector<Break>& breaks = kEverywhere) {
    const Ending whole = Train(settings, dataset);
    std::filesystem::remove(path_);
    for (const Break& stop : breaks) {
      TrainTo(stop, settings, dataset);
      if (HasFatalFailure()) return;
    }
    const Ending parts = Train(settings, dataset);
    EXPECT_EQ(resumed_, std::vector<int64_t>{breaks.back().step});
    EXPECT_THAT(notes_, testing::IsEmpty());
    ExpectSame(whole, parts);
  }

  void ExpectSameInParts(const std::vector<std::string>& changes) {
    std::vector<std::string> overrides = {"axes={}", "plan={}"};
    overrides.insert(overrides.end(), changes.begin(), changes.end());
    const TrialSettings settings = SettingsOf(overrides);
    ExpectSameInParts(settings, *DatasetOf(settings));
  }

  const std::string path_ = MakeTestFolder() + "/checkpoint";
  // A checkpoint at path_ when interrupted.
  TrainerOptions options_ = {.checkpoint_path = path_,
                             .checkpoint_seconds = 3600};
  std::vector<std::string> notes_;
  std::vector<int64_t> resumed_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_TRAINER_CHECKPOINT_TESTING_H_
