// What is measured from the weights of a finished trial has the bits of what is
// measured at the end of its training.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

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

// Trains, and expects the same of the weights.
void ExpectEqualLater(const TrialSettings& settings, const Dataset& dataset) {
  std::string weights;
  TrainerHooks hooks;
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

TEST_P(ModelMeasuredLaterTest, HasTheSameBits) {
  TrialSettings settings =
      // A rate at which no network, however deep, diverges at once.
      PlanOf(kTinySpec,
             {"axes.lr.values=[1.0e-4, 2.0e-4]",
              "metrics=[accuracy, class_separation, {name: prunability, "
              "ratios: [0, 0.9]}]"})
          .trials[0]
          .settings;
  settings.dataset = SmallDataset("moon_star");
  settings.model = Default(Models::Get(), GetParam());
  settings.training.batch_size = 4;
  settings.training.max_steps = 2;
  const auto dataset =
      Datasets::Get().Make(settings.dataset, {FakeDataRoot(), 0}).value();
  for (Split* split : {&dataset->train, &dataset->validation, &dataset->test}) {
    Shorten(*split);
  }
  if (IsLarge(**Models::Get().Make(settings.model, {dataset->task, 0}))) {
    GTEST_SKIP() << "large; smaller ones have its parts";
  }
  ExpectEqualLater(settings, *dataset);
}

}  // namespace
}  // namespace bigstep
