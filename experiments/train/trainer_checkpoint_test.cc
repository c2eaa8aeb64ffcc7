// A training that is interrupted, wherever and however often, ends with the
// bits of one that is not.
#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/files.h"
#include "base/named_tensors.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "datasets/fake_data_root.h"
#include "experiments/train/checkpoint.h"
#include "experiments/train/testing.h"
#include "experiments/train/trainer.h"
#include "models/model.h"

namespace bigstep {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

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
const std::vector<Break> kEverywhere = {
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
    EXPECT_THAT(notes_, IsEmpty());
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
  const auto owner = MakeCheckpointOwner(settings.IdWithMetrics(), "cpu", "");
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

// ---- Files that cannot be used. ----

class UselessCheckpointTest : public TrainerCheckpointTest {
 protected:
  UselessCheckpointTest() {
    TrainTo({15, Break::kAfterStep}, settings_, *dataset_);
  }

  // Expects that a trial with `file` as its checkpoint starts over, notes one
  // reason, which holds `reason`, and ends as it ought to.
  void ExpectStartOver(const std::string& file, const std::string& reason) {
    notes_.clear();
    ASSERT_OK(WriteFileAtomically(path_, file));
    ExpectSame(whole_, Train(settings_, *dataset_));
    EXPECT_THAT(resumed_, IsEmpty());
    ASSERT_EQ(notes_.size(), 1u) << reason;
    EXPECT_THAT(notes_[0], HasSubstr(absl::StrCat("cannot use the checkpoint ",
                                                  path_, ": ", reason)));
    EXPECT_THAT(notes_[0], HasSubstr("; training starts over"));
  }

  const TrialSettings settings_ =
      SettingsOf({"optimizer={name: adam, lr: 0.01}", "axes={}", "plan={}"});
  const std::unique_ptr<Dataset> dataset_ = DatasetOf(settings_);
  const CheckpointOwner owner_ =
      MakeCheckpointOwner(settings_.IdWithMetrics(), "cpu", "");
  const Ending whole_ = [this] {
    const Ending whole = Train(settings_, *dataset_);
    return whole;
  }();
};

TEST_F(UselessCheckpointTest, TornFiles) {
  const std::string file = ReadTestFile(path_);
  ASSERT_GT(file.size(), 1000u);
  ExpectStartOver(file.substr(0, file.size() / 2),
                  "it is cut short or changed");
  ExpectStartOver(file.substr(0, file.size() - 1),
                  "it is cut short or changed");
  ExpectStartOver("", "it is not a checkpoint");
  std::string zeros = file;
  for (size_t i = file.size() - 512; i < file.size(); ++i) zeros[i] = '\0';
  ExpectStartOver(zeros, "it is cut short or changed");
}

TEST_F(UselessCheckpointTest, FilesOfOthers) {
  TrialSettings other = settings_;
  other.seed = 1;
  std::filesystem::remove(path_);
  TrainTo({15, Break::kAfterStep}, other, *DatasetOf(other));
  ExpectStartOver(
      ReadTestFile(path_),
      absl::StrCat("it belongs to trial \"", other.IdWithMetrics(),
                   "\", expected \"", settings_.IdWithMetrics(), "\""));
}

TEST_F(UselessCheckpointTest, FilesOfOtherFormatsAndLibraries) {
  const std::string file = ReadTestFile(path_);
  ExpectStartOver(
      absl::StrReplaceAll(file, {{"checkpoint 1 ", "checkpoint 0 "}}),
      "it has format 0, expected 1");
  auto state = ParseCheckpoint(file, owner_);
  ASSERT_OK(state);
  CheckpointOwner older = owner_;
  older.libtorch = "0.4.1";
  ExpectStartOver(FormatCheckpoint(*state, older), "it belongs to libtorch");
  older = owner_;
  older.device = "cuda";
  ExpectStartOver(FormatCheckpoint(*state, older),
                  "it belongs to device \"cuda\"");
}

TEST_F(UselessCheckpointTest, FilesOfOtherData) {
  Dataset changed = *dataset_;
  changed.notes["sha256"] = "cafe";
  std::filesystem::remove(path_);
  TrainTo({15, Break::kAfterStep}, settings_, changed);
  ExpectStartOver(ReadTestFile(path_),
                  "it belongs to data \"cafe\", expected \"\"");
}

// As a program would leave that changed its plugins and not their versions.
TEST_F(UselessCheckpointTest, StatesThatDoNotFit) {
  const auto state = ReadCheckpoint(path_, owner_);
  ASSERT_OK(state);
  TrainingState changed = *state;
  changed.model.pop_back();
  ExpectStartOver(FormatCheckpoint(changed, owner_), "tensor '");
  changed = *state;
  changed.optimizer = {{"momentum", at::zeros({3})}};
  // The model is loaded by then, and must not show.
  ExpectStartOver(FormatCheckpoint(changed, owner_),
                  "expected the bytes of one of LibTorch's optimizers");
  changed = *state;
  changed.optimizer[0].second = at::zeros({100}, at::kByte);
  ExpectStartOver(FormatCheckpoint(changed, owner_), "");
}

TEST_F(UselessCheckpointTest, AFolderInItsPlace) {
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  ExpectSame(whole_, Train(settings_, *dataset_));
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_THAT(notes_[0], HasSubstr("expected a regular file, found a folder"));
}

TEST_F(UselessCheckpointTest, ACheckpointThatCannotBeWrittenIsOneNote) {
  options_.checkpoint_path = path_ + ".no_folder/checkpoint";
  options_.checkpoint_seconds = 0;
  const Ending ending = Train(settings_, *dataset_);
  ExpectSame(whole_, ending);
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_THAT(notes_[0], HasSubstr("no checkpoint was written"));
}

}  // namespace
}  // namespace bigstep
