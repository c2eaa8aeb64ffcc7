// When the trainer ends early, and what it guarantees to optimizers and metrics
// that do more than usual.
#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/png_testing.h"
#include "datasets/dataset.h"
#include "experiments/train/testing.h"
#include "experiments/train/trainer.h"
#include "metrics/evaluation.h"
#include "metrics/metric.h"
#include "models/model.h"
#include "optimizers/optimizer.h"
#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

TEST(TrainerRulesTest, TrainingEndsOnceTheTrainAccuracyIsReached) {
  const std::vector<std::string> easy = {
      "dataset={name: parity, bias_conflicting_fraction: 0, num_train: 500, "
      "num_validation: 100, num_test: 100}",
      "training={batch_size: 20, max_steps: 500, eval_every: 10}"};
  std::vector<std::string> stopped = easy;
  stopped.push_back("training.stop={train_accuracy: 1, check_every: 10}");
  const TrialResult result = TrainNow(SettingsOf(stopped));
  EXPECT_EQ(result.outcome, Outcome::kCompleted);
  EXPECT_EQ(result.stop, Stop::kTrainThresholds);
  EXPECT_LT(result.steps, 500);
  EXPECT_EQ(result.metrics["accuracy"]["train"], 1.0);
  // At-end metrics are there, and the row before was not good enough.
  EXPECT_TRUE(result.metrics.contains("prunability"));
  EXPECT_EQ(static_cast<int64_t>(result.history.size()), result.steps / 10);
  EXPECT_LT(
      result.history[result.history.size() - 2].metrics["accuracy"]["train"],
      1.0);

  const TrialResult whole = TrainNow(SettingsOf(easy));
  EXPECT_EQ(whole.stop, Stop::kMaxSteps);
  EXPECT_EQ(whole.steps, 500);

  // With a bound on the loss too, training continues until both hold.
  stopped.push_back("training.stop.cross_entropy=0.05");
  stopped.push_back("training.max_steps=5000");
  const TrialResult both = TrainNow(SettingsOf(stopped));
  EXPECT_EQ(both.stop, Stop::kTrainThresholds);
  EXPECT_GT(both.steps, result.steps);
  EXPECT_EQ(both.fit->accuracy, 1);
  EXPECT_LT(both.fit->cross_entropy, 0.05);
}

TEST(TrainerRulesTest, TheBoundIsOnTheCrossEntropyOfTheLabelsForAllLosses) {
  TrialSettings settings = SettingsOf(
      {"training={batch_size: 20, max_steps: 30, stop: {cross_entropy: 0.5, "
       "check_every: 10}}",
       "optimizer.lr=1e-12", "axes={}", "plan={}"});
  // Far from learnt: a cross-entropy near log 2, and so a focal loss near
  // log 2 / 4, of which the bound is none.
  settings.loss = ParsePlugin<LossFamily>("{name: focal, gamma: 2}");
  const TrialResult focal = TrainNow(settings);
  EXPECT_EQ(focal.stop, Stop::kMaxSteps);
  EXPECT_LT(focal.history[0].train_loss, 0.25);
  EXPECT_NEAR(focal.fit->cross_entropy, 0.69, 0.1);
  // A penalty that alone exceeds the bound plays no part either.
  settings.training.stop.cross_entropy = 1;
  settings.regularizers = {
      ParsePlugin<RegularizerFamily>("{name: l2, coefficient: 1000}")};
  const TrialResult result = TrainNow(settings);
  EXPECT_EQ(result.stop, Stop::kTrainThresholds);
  EXPECT_EQ(result.steps, 10);
  EXPECT_GT(result.history[0].train_loss, 1);
}

TEST(TrainerRulesTest, RulesNeedNoEvaluationsOnTheWay) {
  const std::vector<std::string> easy = {
      "dataset={name: parity, bias_conflicting_fraction: 0, num_train: 500, "
      "num_validation: 100, num_test: 100}",
      "optimizer.lr=0.02", "axes={}", "plan={}"};
  std::set<int64_t> steps;
  for (const char* loss : {"cross_entropy", "{name: focal, gamma: 2}",
                           "{name: cross_entropy, label_smoothing: 0.01}"}) {
    std::vector<std::string> overrides = easy;
    overrides.push_back(absl::StrCat("loss=", loss));
    overrides.push_back(
        "training={batch_size: 20, max_steps: 20000, stop: {train_accuracy: 1, "
        "cross_entropy: 0.05}}");
    const TrialResult result = TrainNow(SettingsOf(overrides));
    EXPECT_EQ(result.stop, Stop::kTrainThresholds) << loss;
    EXPECT_EQ(result.steps % 25, 0) << loss;
    EXPECT_EQ(result.history.size(), 1u);
    EXPECT_EQ(result.fit->accuracy, 1) << loss;
    EXPECT_LT(result.fit->cross_entropy, 0.05) << loss;
    EXPECT_GT(result.fit->cross_entropy, 0.03) << loss << " overshoots";
    EXPECT_EQ(result.metrics["accuracy"]["train"], 1.0);
    steps.insert(result.steps);
  }
  EXPECT_GT(steps.size(), 1u) << "the losses train alike";
}

TEST(TrainerRulesTest, MilestonesAreEvaluatedWhereTheyAreReached) {
  const std::vector<std::string> overrides = {
      "dataset={name: parity, bias_conflicting_fraction: 0, num_train: 500, "
      "num_validation: 100, num_test: 100}",
      "training={batch_size: 20, max_steps: 20000, milestones: [0.5, 0.1, "
      "1.0e-9], stop: {cross_entropy: 0.05}}",
      "optimizer.lr=0.02", "axes={}", "plan={}"};
  const TrialResult result = TrainNow(SettingsOf(overrides));
  ASSERT_EQ(result.history.size(), 3u);
  EXPECT_EQ(result.history[0].milestones, std::vector<double>{0.5});
  EXPECT_EQ(result.history[1].milestones, std::vector<double>{0.1});
  EXPECT_EQ(result.history[2].step, result.steps);
  const auto accuracy = [&result](size_t row) {
    return result.history[row].metrics["accuracy"]["unbiased_test"];
  };
  const Json& course = result.course["accuracy"];
  EXPECT_EQ(course["unbiased_test.at_0.5"], accuracy(0));
  EXPECT_EQ(course["unbiased_test.at_0.1"], accuracy(1));
  EXPECT_EQ(course["unbiased_test.at_1e-09"], nullptr);
  EXPECT_EQ(course["train.peak"], 1.0);
  // Looking on the way changes no weight.
  std::vector<std::string> without = overrides;
  without.push_back("training.milestones=[]");
  const TrialResult same = TrainNow(SettingsOf(without));
  EXPECT_EQ(same.metrics, result.metrics);
  EXPECT_EQ(same.steps, result.steps);
}

TEST(TrainerRulesTest, TheFitAtTheEndReachesMilestonesThatNoLookDid) {
  // The last step ends training, or the rule after an evaluation at step 10.
  for (const char* rule : {"", ", stop: {cross_entropy: 1}"}) {
    TrialSettings settings =
        SettingsOf({absl::StrCat("training={batch_size: 20, max_steps: 30, "
                                 "eval_every: 10",
                                 rule, "}"),
                    "optimizer.lr=1e-12", "axes={}", "plan={}"});
    settings.training.stop.check_every = 100;
    const TrialResult without = TrainNow(settings);
    const double fit = without.fit->cross_entropy;
    settings.training.milestones = {1.01 * fit, 0.99 * fit};
    const TrialResult result = TrainNow(settings);
    EXPECT_EQ(result.steps, *rule == 0 ? 30 : 10);
    EXPECT_EQ(result.history.back().milestones,
              std::vector<double>{1.01 * fit});
    const Json& course = result.course["accuracy"];
    EXPECT_EQ(course[absl::StrCat("train.at_", 1.01 * fit)],
              result.metrics["accuracy"]["train"]);
    EXPECT_EQ(course[absl::StrCat("train.at_", 0.99 * fit)], nullptr);
  }
}

TEST(TrainerRulesTest, PatienceEndsATrialThatMakesNoProgress) {
  TrialSettings settings = SettingsOf(
      {"training={batch_size: 200, max_steps: 500, stop: {cross_entropy: 0.01, "
       "patience: 50}}",
       "optimizer.lr=1e-12", "axes={}", "plan={}"});
  const TrialResult result = TrainNow(settings);
  EXPECT_EQ(result.outcome, Outcome::kCompleted);
  EXPECT_EQ(result.stop, Stop::kPlateau);
  EXPECT_EQ(result.steps, 75);  // 50 after the first look.
  EXPECT_TRUE(result.metrics.contains("prunability"));
}

TEST(TrainerRulesTest, ATrialThatFitsAtItsLastStepHasConverged) {
  TrialSettings settings =
      SettingsOf({"training={batch_size: 20, max_steps: 30, stop: "
                  "{cross_entropy: 1}}",
                  "optimizer.lr=1e-12", "axes={}", "plan={}"});
  settings.training.stop.check_every = 100;
  const TrialResult result = TrainNow(settings);
  EXPECT_EQ(result.steps, 30);
  EXPECT_EQ(result.stop, Stop::kTrainThresholds);
}

TEST(TrainerRulesTest, WhatASampleSuggestsAllTrainingExamplesMustConfirm) {
  // One example of 200 is easily right; all of them never are: labels of 20
  // bits' parity at a learning rate of nothing.
  TrialSettings settings = SettingsOf(
      {"dataset={name: parity, core_degree: 10, bias_conflicting_fraction: "
       "0.5, num_train: 200, num_validation: 100, num_test: 100}",
       "training={batch_size: 20, max_steps: 3, eval_every: 1, "
       "eval_train_examples: 1, stop: {train_accuracy: 1}}",
       "optimizer.lr=1e-9", "axes={}", "plan={}"});
  int right = 0;
  for (settings.seed = 0; settings.seed < 16; ++settings.seed) {
    const TrialResult result = TrainNow(settings);
    EXPECT_EQ(result.stop, Stop::kMaxSteps);
    ASSERT_EQ(result.history.size(), 3u);
    for (size_t row = 0; row < 2; ++row) {
      const double accuracy =
          result.history[row].metrics["accuracy"]["train"].get<double>();
      EXPECT_TRUE(accuracy == 0 || accuracy == 1) << "still a sample of one";
      right += accuracy == 1;
    }
  }
  EXPECT_GT(right, 0) << "no sample suggests that training has succeeded";
}

TEST(TrainerRulesTest, ACollapsedTrialMayEndEarly) {
  const std::vector<std::string> hopeless = {
      "dataset={name: parity, core_degree: 10, bias_conflicting_fraction: "
      "0.5, num_train: 20000, num_validation: 100, num_test: 100}",
      "optimizer.lr=1e-9", "axes={}", "plan={}",
      "training.stop.collapsed_after=15"};
  const TrialResult result = TrainNow(SettingsOf(hopeless));
  EXPECT_EQ(result.outcome, Outcome::kCompleted);
  EXPECT_EQ(result.stop, Stop::kCollapsed);
  EXPECT_TRUE(result.collapsed);
  EXPECT_EQ(result.steps, 20);  // The first evaluation from step 15 on.
  EXPECT_TRUE(result.metrics.contains("prunability"));
  EXPECT_EQ(TrainNow(SettingsOf({"training.stop.collapsed_after=15"})).stop,
            Stop::kMaxSteps);
}

// Takes a second gradient in each step, as sharpness-aware minimisation does.
struct TwiceOptions {
  bool second_pass = true;
  static void Describe(Schema<TwiceOptions>& s) {
    s.Summary("Looks twice.").Paper("none");
    s.Field("second_pass", &TwiceOptions::second_pass).Doc("look again");
  }
};

class Twice final : public Optimizer {
 public:
  Twice(const TwiceOptions& options, const OptimizerArgs&)
      : second_pass_(options.second_pass) {}

  at::Tensor Step(const GradientFn& gradients, double) override {
    at::Tensor loss = gradients();
    if (second_pass_) gradients();
    return loss;
  }

  NamedTensors State() const override { return {}; }
  absl::Status SetState(const NamedTensors&) override {
    return absl::OkStatus();
  }

 private:
  bool second_pass_;
};

BIGSTEP_REGISTER(Optimizers, "twice", Twice, TwiceOptions);

// Logits that hold the number of forward passes in train mode.
struct CountsOptions {
  static void Describe(Schema<CountsOptions>& s) {
    s.Summary("Counts.").Paper("none");
  }
};

class Counts final : public Model {
 public:
  Counts(const CountsOptions&, const ModelArgs&)
      : weight_(register_parameter("weight", at::ones({1, 1}))),
        passes_(register_buffer("passes", at::zeros({1}))) {}

  ModelOutput Forward(const at::Tensor& inputs) override {
    if (is_training()) passes_.add_(1);
    const at::Tensor z = passes_.expand({inputs.size(0), 1});
    return {at::cat({z, z * weight_ * 0}, 1), z};
  }

 private:
  at::Tensor weight_, passes_;
};

BIGSTEP_REGISTER(Models, "counts", Counts, CountsOptions);

TEST(TrainerRulesTest, BuffersFollowTheFirstPassOfAStepOnly) {
  for (const char* optimizer :
       {"{name: twice, second_pass: false}", "{name: twice}"}) {
    TrainerHooks hooks;
    double passes = 0;
    hooks.on_completion = [&](const Model& model) {
      passes = model.buffers()[0].item<double>();
      return absl::OkStatus();
    };
    TrainNow(SettingsOf({"model=counts", absl::StrCat("optimizer=", optimizer),
                         "axes={}", "plan={}"}),
             hooks);
    EXPECT_EQ(passes, 30) << optimizer;
  }
}

// Examples of which the first `zeros` of `n` have label 0, the others 1.
Dataset ZerosAndOnes(int64_t zeros, int64_t n, int64_t num_classes) {
  const Split split = {at::zeros({n, 1}), at::arange(n).ge(zeros).to(at::kLong),
                       at::zeros({n}, at::kLong)};
  return {{{1}, num_classes, 1}, split, split, split};
}

// A trial of a network that says 0 to everything.
TrialResult TrainToSayZero(const TrainingOptions& training,
                           const Dataset& dataset) {
  TrialSettings settings = SettingsOf({"model=counts", "axes={}", "plan={}"});
  settings.training = training;
  settings.metrics.clear();
  const auto result = RunTrial(settings, dataset, c10::kCPU, TrainerHooks());
  EXPECT_OK(result);
  EXPECT_EQ(result->outcome, Outcome::kCompleted) << result->reason;
  return *result;
}

TEST(TrainerRulesTest, CollapseHasItsBoundWithin) {
  TrainingOptions training;
  training.batch_size = 5;
  training.max_steps = 30;
  training.eval_every = 10;
  training.stop.collapsed_after = 10;
  const TrialResult two = TrainToSayZero(training, ZerosAndOnes(53, 100, 2));
  EXPECT_TRUE(two.collapsed);
  EXPECT_EQ(two.stop, Stop::kCollapsed);
  EXPECT_EQ(two.steps, 10);
  EXPECT_FALSE(TrainToSayZero(training, ZerosAndOnes(54, 100, 2)).collapsed);
  // 1.25 / 3 = 5 / 12.
  EXPECT_TRUE(TrainToSayZero(training, ZerosAndOnes(5, 12, 3)).collapsed);
  EXPECT_FALSE(TrainToSayZero(training, ZerosAndOnes(6, 12, 3)).collapsed);
}

TEST(TrainerRulesTest, TheTrainAccuracyThatEndsATrialIsThatOfTheOption) {
  TrainingOptions training;
  training.batch_size = 5;
  training.max_steps = 30;
  training.eval_every = 10;
  const Dataset three_quarters = ZerosAndOnes(6, 8, 2);
  training.stop.train_accuracy = 0.75;
  EXPECT_EQ(TrainToSayZero(training, three_quarters).steps, 10);
  training.stop.train_accuracy = 0.76;
  EXPECT_EQ(TrainToSayZero(training, three_quarters).steps, 30);
}

TEST(TrainerRulesTest, TheLastStepIsALookForMilestones) {
  TrainingOptions training;
  training.batch_size = 5;
  training.max_steps = 10;
  training.milestones = {8};
  training.stop.check_every = 10;
  // By hand: with label 1 and logits t and 0 in step t the cross-entropy is
  // log(1 + exp(t)), a little more than t; its mean over ten steps is 5.6, and
  // at the end it is 10.
  const TrialResult result = TrainToSayZero(training, ZerosAndOnes(0, 10, 2));
  EXPECT_EQ(result.steps, 10);
  EXPECT_GT(result.fit->cross_entropy, 8);
  EXPECT_EQ(result.history.back().milestones, std::vector<double>{8});
}

// Says which training example is sampled; counts the calls.
struct SamplesOptions {
  static void Describe(Schema<SamplesOptions>& s) {
    s.Summary("Samples.").Paper("none");
  }
};

class Samples final : public Metric {
 public:
  Samples(const SamplesOptions&, const MetricArgs&) {}

  MetricTraits Traits() const override {
    return {Timing::kAtEnd, {{"position", "of the example", 0, kInfinity}}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ++computed;
    const at::Tensor sample = evaluation.Sample("train", 1).value();
    return Json{{"position", sample.item<int64_t>()}};
  }

  static int computed;
};

int Samples::computed = 0;

BIGSTEP_REGISTER(Metrics, "samples", Samples, SamplesOptions);

TEST(TrainerRulesTest, AtEndMetricsAreComputedOnceOnSamplesOfTheSeed) {
  TrialSettings settings = SettingsOf();
  settings.metrics = {{"samples", ParsePlugin<MetricFamily>("samples")}};
  std::set<int64_t> positions;
  for (settings.seed = 0; settings.seed < 4; ++settings.seed) {
    Samples::computed = 0;
    const TrialResult result = TrainNow(settings);
    EXPECT_EQ(result.history.size(), 3u);
    EXPECT_EQ(Samples::computed, 1);
    positions.insert(result.metrics["samples"]["position"].get<int64_t>());
  }
  EXPECT_GT(positions.size(), 1u);
}

// Draws at every occasion.
struct DrawsOptions {
  static void Describe(Schema<DrawsOptions>& s) {
    s.Summary("Draws.").Paper("none");
  }
};

class Draws final : public Metric {
 public:
  Draws(const DrawsOptions&, const MetricArgs&) {}

  MetricTraits Traits() const override {
    return {Timing::kByStep, {{"wanted", "whether pictures are wanted"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    const bool wanted = evaluation.wants_pictures();
    if (wanted) {
      evaluation.AddPicture({"dot", at::zeros({3, 1, 1}, at::kByte)});
    }
    return Json{{"wanted", wanted ? 1 : 0}};
  }
};

BIGSTEP_REGISTER(Metrics, "draws", Draws, DrawsOptions);

TEST(TrainerRulesTest, PicturesAreDrawnAtTheEndUnderTheLabelOfTheirMetric) {
  TrialSettings settings = SettingsOf();
  const PluginConfig draws = ParsePlugin<MetricFamily>("draws");
  settings.metrics = {{"a", draws}, {"b", draws}};
  const TrialResult result = TrainNow(settings);
  ASSERT_EQ(result.pictures.size(), 2u);
  using Rows = std::vector<std::vector<uint32_t>>;
  EXPECT_EQ(Pixels(result.pictures.at("a_dot")), (Rows{{0x000000}}));
  EXPECT_EQ(Pixels(result.pictures.at("b_dot")), (Rows{{0x000000}}));
  EXPECT_EQ(result.history[0].metrics["a"]["wanted"], 0);
  EXPECT_EQ(result.metrics["a"]["wanted"], 1);
}

TEST(TrainerTest, AMetricThatCannotMeasureTheNetworkIsNamedBeforeTraining) {
  TrialSettings settings = SettingsOf();
  settings.metrics = {
      {"pruned", ParsePlugin<MetricFamily>("{name: prunability, exclude_first: "
                                           "true, exclude_last: true}")}};
  const absl::Status status =
      CheckTrial(settings, *DatasetOf(settings), c10::kCPU).status();
  EXPECT_EQ(status,
            absl::InvalidArgumentError(
                "nothing to prune: the model has 2 weight tensors (two or more "
                "dimensions), and the first and last ones may be left out by "
                "exclude_first, exclude_last and method filter; while checking "
                "metric 'pruned'"));
  const TrialResult result = TrainNow(settings);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.steps, 0);
}

// Has a vector alone.
class WithoutMatrices : public Model {
 public:
  WithoutMatrices() { register_parameter("gamma", at::ones({2})); }
  ModelOutput Forward(const at::Tensor& x) override { return {x, x}; }
};

TEST(TrainerTest, MetricsOfWeightsNeedAMatrix) {
  for (const char* name : {"parameter_compressibility", "pq_index",
                           "prunability", "quantization", "weight_rank"}) {
    EXPECT_EQ(MakePlugin<MetricFamily>(name, {})
                  ->CheckModel(WithoutMatrices())
                  .code(),
              absl::StatusCode::kInvalidArgument)
        << name;
  }
}

TEST(TrainerTest, Bfloat16NeedsAGpu) {
  const TrialResult result =
      TrainNow(SettingsOf({"training.precision=bfloat16"}));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason,
              testing::HasSubstr("training.precision: bfloat16 needs a GPU"));
}

}  // namespace
}  // namespace bigstep
