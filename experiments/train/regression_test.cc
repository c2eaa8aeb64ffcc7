// Trials of regressions.
#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "datasets/dataset.h"
#include "experiments/train/testing.h"
#include "experiments/train/trainer.h"
#include "metrics/metric.h"
#include "models/model.h"
#include "optimizers/loss.h"
#include "optimizers/optimizer.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

PluginConfig Metric(absl::string_view name) {
  return ParsePlugin<MetricFamily>(name);
}

TrialSettings RegressionSettings() {
  TrialSettings settings =
      SettingsOf({"training={batch_size: 2, max_steps: 4000, "
                  "eval_every: 2000}"});
  settings.dataset = ParsePlugin<DatasetFamily>(
      "{name: sparse_regression, num_inputs: 3, num_nonzero: 2, num_train: "
      "10}");
  settings.model =
      ParsePlugin<ModelFamily>("{name: diagonal_linear, init: constant}");
  settings.loss = ParsePlugin<LossFamily>("squared_error");
  settings.metrics = {{"squared_error", Metric("squared_error")},
                      {"pq_index", Metric("pq_index")}};
  return settings;
}

// More examples than weights and no noise: the targets can be fitted exactly.
TEST(RegressionTest, FitsItsTargets) {
  const TrialResult result = TrainNow(RegressionSettings());
  ASSERT_EQ(result.outcome, Outcome::kCompleted) << result.reason;
  EXPECT_EQ(result.steps, 4000);
  EXPECT_TRUE(result.fit->of_regression());
  EXPECT_EQ(result.fit->squared_error,
            result.metrics["squared_error"]["train"]);
  EXPECT_FALSE(result.collapsed);
  EXPECT_LT(result.metrics["squared_error"]["test"], 1e-6);
  EXPECT_LT(result.metrics["squared_error"]["train"], 1e-6);
  EXPECT_TRUE(result.metrics["pq_index"]["global"].is_number());
}

// As training would find in its next step.
TEST(RegressionTest, HasDivergedIfItsErrorOverflowsAtTheEnd) {
  TrialSettings settings = RegressionSettings();
  settings.model = ParsePlugin<ModelFamily>(
      "{name: diagonal_linear, init: constant, scale_u: 1.0e+12, scale_v: "
      "1.0e+12}");
  settings.optimizer = ParsePlugin<OptimizerFamily>("{name: sgd, lr: 1.0e-30}");
  settings.training.max_steps = 1;
  // Predictions of 1e24: their square exceeds the 3e38 of float32.
  EXPECT_EQ(TrainNow(settings).outcome, Outcome::kDiverged);
}

// Weights that hardly move predict nearly 0, which is worse than the mean.
TEST(RegressionTest, HasCollapsedIfItIsNoBetterThanTheMean) {
  TrialSettings settings = RegressionSettings();
  settings.model = ParsePlugin<ModelFamily>(
      "{name: diagonal_linear, init: constant, scale_u: 1.0e-8, scale_v: "
      "1.0e-8}");
  settings.training.max_steps = 2;
  const TrialResult result = TrainNow(settings);
  EXPECT_EQ(result.outcome, Outcome::kCompleted);
  EXPECT_TRUE(result.collapsed);
}

// One step of gradient descent by hand: u = v = 0.3, so that predictions are
// 0.09 (x1 + x2 + x3), and the gradient of u_j is the mean of 2 e 0.3 x_j.
TEST(RegressionTest, TheStepIsThatOfTheSquaredError) {
  TrialSettings settings = RegressionSettings();
  settings.training.batch_size = 10;
  settings.training.max_steps = 1;
  const auto dataset = DatasetOf(settings);
  const at::Tensor x = dataset->train.inputs;
  const at::Tensor error =
      0.09 * x.sum(1, true) - dataset->train.regression_targets;
  const at::Tensor expected = 0.3 - 0.1 * (2 * error * 0.3 * x).mean(0);
  TrainerHooks hooks;
  at::Tensor u;
  hooks.on_completion = [&u](const Model& model) {
    u = model.named_parameters()["u"].detach().clone();
    return absl::OkStatus();
  };
  TrainNow(settings, hooks);
  EXPECT_TRUE(u.allclose(expected, 1e-5, 1e-6)) << u << expected;
}

std::string Refusal(const TrialSettings& settings) {
  const absl::Status status =
      CheckTrial(settings, *DatasetOf(settings), c10::kCPU).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(RegressionTest, RefusesWhatIsForClasses) {
  TrialSettings loss = RegressionSettings();
  loss.loss = ParsePlugin<LossFamily>("cross_entropy");
  EXPECT_THAT(Refusal(loss), HasSubstr("use loss: squared_error"));
  TrialSettings metric = RegressionSettings();
  metric.metrics.push_back({"accuracy", Metric("accuracy")});
  EXPECT_THAT(Refusal(metric),
              HasSubstr("metric 'accuracy' needs classes, but the dataset is a "
                        "regression"));
  TrialSettings stop = RegressionSettings();
  stop.training.stop.train_accuracy = 1;
  EXPECT_THAT(Refusal(stop), HasSubstr("leave both out"));
  TrialSettings milestones = RegressionSettings();
  milestones.training.milestones = {0.1};
  EXPECT_THAT(Refusal(milestones), HasSubstr("leave both out"));
}

TEST(RegressionTest, ClassesRefuseWhatIsForRegressions) {
  TrialSettings loss = SettingsOf();
  loss.loss = ParsePlugin<LossFamily>("squared_error");
  EXPECT_THAT(Refusal(loss), HasSubstr("use loss: cross_entropy"));
  TrialSettings metric = SettingsOf();
  metric.metrics = {{"error", Metric("squared_error")}};
  EXPECT_THAT(Refusal(metric),
              HasSubstr("metric 'error' needs a regression, but the dataset "
                        "has classes"));
}

}  // namespace
}  // namespace bigstep
