// What is measured from the weights of a finished trial has the bits of what is
// measured at the end of its training.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/problems.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "datasets/fake_data_root.h"
#include "experiments/conformance/testing.h"
#include "experiments/plan/testing.h"
#include "experiments/train/measurement.h"
#include "experiments/train/trainer.h"
#include "metrics/metric.h"
#include "models/model.h"
#include "models/weights/weights.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

// Trains, and expects the same of the weights. The file `start` is deleted in
// the first step.
void ExpectEqualLater(const TrialSettings& settings, const Dataset& dataset,
                      const std::string& start = "") {
  std::string weights;
  TrainerHooks hooks;
  hooks.on_step = [&start](int64_t, double) { std::filesystem::remove(start); };
  hooks.on_completion = [&weights](const Model& model) {
    weights = FormatWeights(model);
    return absl::OkStatus();
  };
  const auto then = RunTrial(settings, dataset, c10::kCPU, hooks);
  ASSERT_OK(then);
  ASSERT_EQ(then->outcome, Outcome::kCompleted) << then->reason;
  const auto later = MeasureWeights(settings, dataset, c10::kCPU, weights,
                                    [] { return false; });
  ASSERT_OK(later);
  EXPECT_EQ(CanonicalJson(later->all), CanonicalJson(then->metrics));
  EXPECT_EQ(later->pictures, then->pictures);
}

class MetricMeasuredLaterTest : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, MetricMeasuredLaterTest,
                         testing::ValuesIn(Metrics::Get().Names()), CaseName);

TEST_P(MetricMeasuredLaterTest, HasTheSameBits) {
  TrialSettings settings = PlanOf(kTinySpec).trials[0].settings;
  settings.metrics = {{GetParam(), Default(Metrics::Get(), GetParam())}};
  const auto metric =
      Metrics::Get().Make(settings.metrics[0].config, {}).value();
  if (!TaskSpec().Fits(metric->Traits().task)) {
    settings.dataset = Default(Datasets::Get(), "sparse_regression");
    settings.loss = Default(Losses::Get(), "squared_error");
  }
  const auto dataset =
      Datasets::Get().Make(settings.dataset, {"", settings.seed}).value();
  ExpectEqualLater(settings, *dataset);
}

class ModelMeasuredLaterTest : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, ModelMeasuredLaterTest,
                         testing::ValuesIn(Models::Get().Names()), CaseName);

// Two steps of a network on a few images.
TrialSettings ShortTrial(const std::string& model) {
  TrialSettings settings =
      // A rate at which no network, however deep, diverges at once.
      PlanOf(kTinySpec,
             {"axes.lr.values=[1.0e-4, 2.0e-4]",
              "metrics=[accuracy, class_separation, {name: prunability, "
              "ratios: [0, 0.9]}]"})
          .trials[0]
          .settings;
  settings.dataset = SmallDataset("moon_star");
  settings.model = Default(Models::Get(), model);
  settings.training.batch_size = 4;
  settings.training.max_steps = 2;
  return settings;
}

std::unique_ptr<Dataset> FewImages(const TrialSettings& settings) {
  auto dataset =
      Datasets::Get().Make(settings.dataset, {FakeDataRoot(), 0}).value();
  for (Split* split : {&dataset->train, &dataset->validation, &dataset->test}) {
    Shorten(*split);
  }
  return dataset;
}

TEST_P(ModelMeasuredLaterTest, HasTheSameBits) {
  const TrialSettings settings = ShortTrial(GetParam());
  const std::unique_ptr<Dataset> dataset = FewImages(settings);
  if (IsLarge(**Models::Get().Make(settings.model, {dataset->task, 0}))) {
    GTEST_SKIP() << "large; smaller ones have its parts";
  }
  ExpectEqualLater(settings, *dataset);
}

TEST(MeasuredLaterTest, TheFileThatTrainingStartedFromMayBeGone) {
  TrialSettings settings = ShortTrial("resnet18");
  const std::unique_ptr<Dataset> dataset = FewImages(settings);
  const auto other = Models::Get().Make(settings.model, {dataset->task, 1});
  ASSERT_OK(other);
  const std::string file = FormatWeights(**other);
  const std::string path = MakeTestFolder() + "/start.safetensors";
  ASSERT_OK(WriteFileAtomically(path, file));
  Problems problems;
  settings.model = ReadChoice(
      Models::Get(), "resnet18",
      {{"weights", path}, {"weights_sha256", Sha256Hex(file)}}, problems);
  ASSERT_EQ(Message(problems), "");
  ExpectEqualLater(settings, *dataset, path);
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace bigstep
