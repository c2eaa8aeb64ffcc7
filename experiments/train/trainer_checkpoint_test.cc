// A training that is interrupted, wherever and however often, ends with the
// bits of one that is not.
#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "datasets/fake_data_root.h"
#include "experiments/train/checkpoint.h"
#include "experiments/train/trainer_checkpoint_testing.h"

namespace bigstep {
namespace {

using testing::IsEmpty;

TEST_F(TrainerCheckpointTest, Sgd) { ExpectSameInParts({}); }

TEST_F(TrainerCheckpointTest, MomentumWithWarmupAndCosineOverUnevenEpochs) {
  // 30 of 200 examples: orders end within steps 7, 14 and 27, and after 20.
  ExpectSameInParts({"optimizer={name: momentum, lr: 0.1, nesterov: true}",
                     "schedule={name: warmup, steps: 12, then: cosine}",
                     "training.batch_size=30"});
}

TEST_F(TrainerCheckpointTest, AdamWithPenaltiesAndAnotherLoss) {
  ExpectSameInParts({"optimizer={name: adam, lr: 0.01}", "loss=focal",
                     "regularizers=[{name: l1, coefficient: 0.001}]"});
}

TEST_F(TrainerCheckpointTest, Adamw) {
  ExpectSameInParts({"optimizer={name: adamw, lr: 0.01, weight_decay: 0.1}",
                     "schedule={name: multistep, milestones: [8, 21]}"});
}

TEST_F(TrainerCheckpointTest, AsamOverMomentum) {
  ExpectSameInParts(
      {"optimizer={name: asam, lr: 0.05, rho: 0.5, base: momentum}"});
}

TEST_F(TrainerCheckpointTest, SamOverAdam) {
  ExpectSameInParts({"optimizer={name: sam, lr: 0.01, base: adam}"});
}

// Ten classes of small photographs, mirrored and shifted while training.
TrialSettings Photographs(const std::string& model,
                          const std::string& optimizer) {
  return SettingsOf(
      {"dataset={name: cifar10, augmentation: crop_flip}",
       absl::StrCat("model=", model), absl::StrCat("optimizer=", optimizer),
       "training={batch_size: 16, max_steps: 30, eval_every: 10}",
       "metrics=[accuracy, weight_rank]",
       "compare.metrics=[accuracy.unbiased_test]", "axes={}", "plan={}"});
}

std::unique_ptr<Dataset> PhotographsOf(const TrialSettings& settings) {
  auto dataset =
      Datasets::Get().Make(settings.dataset, {FakeDataRoot(), settings.seed});
  EXPECT_OK(dataset);
  EXPECT_TRUE((*dataset)->train.augmentation != nullptr);
  return *std::move(dataset);
}

TEST_F(TrainerCheckpointTest, BatchNormAndAugmentationUnderSharpnessAwareness) {
  const TrialSettings settings = Photographs(
      "{name: cnn, widths: [4, 6], batch_norm: true, global_pool: true}",
      "{name: asam, lr: 0.05, rho: 0.5, base: momentum}");
  ExpectSameInParts(settings, *PhotographsOf(settings));
}

TEST_F(TrainerCheckpointTest, StochasticDepth) {
  const TrialSettings settings = Photographs(
      "{name: swin_t, depths: [1, 2], heads: 1, patch: 8, window: 2, "
      "stochastic_depth: 0.5}",
      "{name: adam, lr: 0.001}");
  ExpectSameInParts(settings, *PhotographsOf(settings));
}

// The trial ends by a rule at an evaluation after the interruptions.
TEST_F(TrainerCheckpointTest, RulesThatEndTraining) {
  const TrialSettings settings = SettingsOf(
      {"dataset={name: parity, bias_conflicting_fraction: 0, num_train: 500, "
       "num_validation: 100, num_test: 100}",
       "training={batch_size: 20, max_steps: 500, eval_every: 10, "
       "eval_train_examples: 50, stop: {train_accuracy: 1}}",
       "axes={}", "plan={}"});
  const auto dataset = DatasetOf(settings);
  ExpectSameInParts(settings, *dataset,
                    {{10, Break::kEvaluating}, {14, Break::kAfterStep}});
  EXPECT_EQ(Train(settings, *dataset).result.stop, Stop::kTrainThresholds);
}

// Looks at the fit come every seven steps, within intervals and while a look or
// an evaluation is under way.
TEST_F(TrainerCheckpointTest, LooksAtTheFit) {
  const TrialSettings settings = SettingsOf(
      {"dataset={name: parity, bias_conflicting_fraction: 0, num_train: 500, "
       "num_validation: 100, num_test: 100}",
       "training={batch_size: 20, max_steps: 2000, eval_every: 70, "
       "eval_train_examples: 50, stop: {train_accuracy: 1, cross_entropy: 0.1, "
       "check_every: 7}, milestones: [0.6, 0.5, 0.3]}",
       "optimizer={name: asam, lr: 0.005, rho: 0.5, base: momentum}", "axes={}",
       "plan={}"});
  const auto dataset = DatasetOf(settings);
  const Ending whole = Train(settings, *dataset);
  EXPECT_EQ(whole.result.stop, Stop::kTrainThresholds);
  const int64_t end = whole.result.steps;
  EXPECT_EQ(end % 7, 0);
  ASSERT_GT(end, 77);
  std::filesystem::remove(path_);
  ExpectSameInParts(settings, *dataset,
                    {{7, Break::kAfterStep},
                     {8, Break::kAfterStep},
                     {69, Break::kAfterStep},
                     {70, Break::kEvaluating},
                     {70, Break::kEvaluated},
                     {75, Break::kAfterStep},
                     {end - 7, Break::kAfterStep},
                     {end - 1, Break::kAfterStep},
                     {end, Break::kAfterStep},
                     {end, Break::kEvaluating}});
}

TEST_F(TrainerCheckpointTest, DivergenceShowsAtTheSameStep) {
  const TrialSettings settings =
      SettingsOf({"optimizer={name: momentum, lr: 1e7}", "axes={}", "plan={}"});
  const auto dataset = DatasetOf(settings);
  const auto whole = RunTrial(settings, *dataset, c10::kCPU, TrainerHooks());
  ASSERT_EQ(whole->outcome, Outcome::kDiverged);
  ASSERT_GT(whole->steps, 2);
  TrainTo({2, Break::kAfterStep}, settings, *dataset);
  Ending unused;
  const auto parts =
      RunTrial(settings, *dataset, c10::kCPU, Hooks(unused), options_);
  EXPECT_EQ(parts->outcome, Outcome::kDiverged);
  EXPECT_EQ(parts->steps, whole->steps);
  EXPECT_EQ(HistoryJson(*parts), HistoryJson(*whole));
}

TEST_F(TrainerCheckpointTest, AnInterruptFindsLossesThatWereNotRead) {
  const TrialSettings settings = SettingsOf();
  const auto dataset = DatasetOf(settings);
  const Ending whole = Train(settings, *dataset);
  Ending unused;
  TrainerHooks hooks = Hooks(unused);
  TrainerOptions options = options_;
  options.most_unread_losses = 7;
  int64_t reported = 0, polls = 0;
  hooks.on_step = [&](int64_t step, double) { reported = step; };
  // It is polled once before each step: five steps were made, none was
  // reported.
  hooks.interrupted = [&] {
    if (++polls < 6) return false;
    EXPECT_EQ(reported, 0);
    return true;
  };
  EXPECT_EQ(
      RunTrial(settings, *dataset, c10::kCPU, hooks, options).status().code(),
      absl::StatusCode::kCancelled);
  EXPECT_EQ(reported, 5);
  ExpectSame(whole, Train(settings, *dataset));
  EXPECT_EQ(resumed_, std::vector<int64_t>{5});
}

TEST_F(TrainerCheckpointTest, ACheckpointAfterEveryStepServesAKilledTraining) {
  const TrialSettings settings =
      SettingsOf({"optimizer={name: adam, lr: 0.1}", "axes={}", "plan={}"});
  const auto dataset = DatasetOf(settings);
  // The file as each step finds it: that of the step before.
  std::map<int64_t, std::string> files;
  options_.checkpoint_seconds = 0;
  const Ending whole = Train(settings, *dataset, [&](TrainerHooks& hooks) {
    hooks.on_step = [&](int64_t step, double) {
      files[step - 1] = ReadTestFile(path_);
    };
  });
  options_.checkpoint_seconds = 3600;
  EXPECT_THAT(files[0], IsEmpty());
  for (int64_t step = 1; step < 30; ++step) {
    ASSERT_OK(WriteFileAtomically(path_, files[step]));
    resumed_.clear();
    ExpectSame(whole, Train(settings, *dataset));
    EXPECT_EQ(resumed_, std::vector<int64_t>{step});
  }
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(TrainerCheckpointTest,
       TheStepsAndRowsOfTheFirstPartAreNotReportedAgain) {
  const TrialSettings settings = SettingsOf();
  const auto dataset = DatasetOf(settings);
  TrainTo({15, Break::kAfterStep}, settings, *dataset);
  std::vector<int64_t> steps, rows;
  const Ending rest = Train(settings, *dataset, [&](TrainerHooks& hooks) {
    hooks.on_step = [&](int64_t step, double) { steps.push_back(step); };
    hooks.on_evaluation = [&](const HistoryRow& row) {
      rows.push_back(row.step);
    };
  });
  EXPECT_EQ(steps.size(), 15u);
  EXPECT_EQ(steps.front(), 16);
  EXPECT_EQ(rows, (std::vector<int64_t>{20, 30}));
  EXPECT_EQ(rest.result.history.size(), 3u);
}

TEST_F(TrainerCheckpointTest, SecondsAddUp) {
  const TrialSettings settings = SettingsOf();
  const auto dataset = DatasetOf(settings);
  TrainTo({15, Break::kAfterStep}, settings, *dataset);
  const auto owner = MakeCheckpointOwner(
      settings.IdWithMetrics(),
      CheckpointDevice(c10::kCPU, /*uses_graphs=*/false), "");
  auto state = ReadCheckpoint(path_, owner);
  ASSERT_OK(state);
  EXPECT_GT(state->train_seconds, 0);
  EXPECT_GT(state->evaluate_seconds, 0);
  state->train_seconds += 1000;
  state->evaluate_seconds += 2000;
  ASSERT_OK(WriteFileAtomically(path_, FormatCheckpoint(*state, owner)));
  const TrialResult result = Train(settings, *dataset).result;
  EXPECT_GT(result.train_seconds, state->train_seconds);
  EXPECT_GT(result.evaluate_seconds, state->evaluate_seconds);
}

TEST_F(TrainerCheckpointTest, WithoutAPathOrAStepNothingIsWritten) {
  const TrialSettings settings = SettingsOf();
  const auto dataset = DatasetOf(settings);
  Ending unused;
  TrainerHooks hooks = Hooks(unused);
  hooks.interrupted = [] { return true; };
  EXPECT_FALSE(RunTrial(settings, *dataset, c10::kCPU, hooks, options_).ok());
  EXPECT_FALSE(std::filesystem::exists(path_));
  options_.checkpoint_path = "";
  Train(settings, *dataset);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace bigstep
