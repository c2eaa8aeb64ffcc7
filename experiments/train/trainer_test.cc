#include "experiments/train/trainer.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/cuda_graph.h"
#include "datasets/dataset.h"
#include "experiments/train/recording_graph_testing.h"
#include "experiments/train/testing.h"
#include "models/model.h"
#include "optimizers/regularizer.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

TEST(TrainerTest, MeasuresWhatTheStudyAsksFor) {
  const TrialResult result = TrainNow(SettingsOf());
  EXPECT_EQ(result.outcome, Outcome::kCompleted);
  EXPECT_EQ(result.steps, 30);
  EXPECT_TRUE(result.metrics.contains("accuracy"));
  EXPECT_TRUE(result.metrics.contains("prunability"));
  ASSERT_EQ(result.history.size(), 3u);  // 30 steps, one row every 10.
  EXPECT_EQ(result.history[1].step, 20);
  EXPECT_TRUE(result.history[1].metrics.contains("accuracy"));
  // Pruning runs at the end only, and is not part of the history.
  EXPECT_FALSE(result.history[2].metrics.contains("prunability"));
}

TEST(TrainerTest, TheSameTrialGivesTheSameBits) {
  const TrialResult a = TrainNow(SettingsOf()), b = TrainNow(SettingsOf());
  EXPECT_EQ(a.metrics, b.metrics);
  EXPECT_EQ(HistoryJson(a), HistoryJson(b));
}

TEST(TrainerTest, AnotherSeedGivesAnotherResult) {
  TrialSettings settings = SettingsOf();
  const TrialResult a = TrainNow(settings);
  settings.seed = 1;
  EXPECT_NE(HistoryJson(a), HistoryJson(TrainNow(settings)));
}

TEST(TrainerTest, LookingMoreOftenChangesNoResult) {
  const TrialResult often = TrainNow(SettingsOf({"training.eval_every=1"}));
  const TrialResult once = TrainNow(SettingsOf({"training.eval_every=0"}));
  EXPECT_EQ(often.metrics, once.metrics);
  EXPECT_EQ(often.history.size(), 30u);
  EXPECT_EQ(once.history.size(), 1u);
}

TEST(TrainerTest, TrainingLearns) {
  // A linear task: the spurious bit is the label of all training examples.
  const TrialResult result = TrainNow(
      SettingsOf({"dataset={name: parity, bias_conflicting_fraction: 0, "
                  "num_train: 500, num_validation: 100, num_test: 100}",
                  "training.max_steps=500"}));
  EXPECT_EQ(result.metrics["accuracy"]["train"], 1.0);
}

// Otherwise the gradient would be that of cross-entropy, whatever is trained.
TEST(TrainerTest, MetricsMeasureTheLossThatIsTrained) {
  const auto share = [](const std::string& loss) {
    // Steps so small that the networks stay alike.
    const TrialResult result =
        TrainNow(SettingsOf({"loss=" + loss, "optimizer.lr=1e-9", "axes={}",
                             "plan={}", "metrics=[accuracy, gradient_share]",
                             "compare.metrics=[accuracy.train]"}));
    return result.metrics["gradient_share"]["conflicting"].get<double>();
  };
  const double cross_entropy = share("cross_entropy");
  EXPECT_GT(std::abs(share("{name: generalized_cross_entropy, q: 1}") -
                     cross_entropy),
            1e-3);
  // As q tends to 0, it is cross-entropy.
  EXPECT_NEAR(share("{name: generalized_cross_entropy, q: 1e-6}"),
              cross_entropy, 1e-4);
}

TEST(TrainerTest, ANonFiniteLossIsDivergenceAtThatStep) {
  const TrialSettings settings =
      SettingsOf({"optimizer.lr=1e30", "axes={}", "plan={}"});
  const TrialResult result = TrainNow(settings);
  EXPECT_EQ(result.outcome, Outcome::kDiverged);
  EXPECT_GE(result.steps, 2);  // The first loss is that of the initial weights.
  EXPECT_LT(result.steps, 10);  // Before the first evaluation.
  EXPECT_TRUE(result.metrics.empty());
}

TEST(TrainerTest, WeightsThatOverflowInTheLastStepAreDivergence) {
  const TrialSettings settings = SettingsOf(
      {"optimizer.lr=1e38", "training.max_steps=1", "axes={}", "plan={}"});
  const TrialResult result = TrainNow(settings);
  EXPECT_EQ(result.outcome, Outcome::kDiverged);
  EXPECT_EQ(result.steps, 1);
}

TEST(TrainerTest, GuessingOnTheTrainingDataIsCollapse) {
  // A step so small that nothing is learnt, on labels that no bit predicts.
  const TrialResult result = TrainNow(SettingsOf(
      {"dataset={name: parity, core_degree: 10, bias_conflicting_fraction: "
       "0.5, num_train: 20000, num_validation: 100, num_test: 100}",
       "optimizer.lr=1e-9", "axes={}", "plan={}"}));
  EXPECT_EQ(result.outcome, Outcome::kCompleted);
  // Accuracy of a guess is 0.5 with standard deviation 0.0035 (n = 20000):
  // 0.53 is eight of those away.
  EXPECT_TRUE(result.collapsed);
  EXPECT_FALSE(TrainNow(SettingsOf({"training.max_steps=300"})).collapsed);
}

TEST(TrainerTest, StepsThatAreReplayedChangeNothing) {
  const TrialSettings settings =
      SettingsOf({"optimizer={name: asam, lr: 0.1}", "axes={}", "plan={}",
                  "regularizers=[{name: l2, coefficient: 0.01}]"});
  int replays = 0;
  TrainerOptions options;
  options.make_graph = [&replays] { return RecordingGraph::Make(&replays); };
  options.most_unread_losses = 4;
  const TrialResult one_by_one = TrainNow(settings);
  const TrialResult replayed = TrainNow(settings, {}, options);
  EXPECT_EQ(replays, 2 * 27);  // Two passes in each of 30 steps but three.
  EXPECT_EQ(replayed.metrics, one_by_one.metrics);
  EXPECT_EQ(HistoryJson(replayed), HistoryJson(one_by_one));
}

// Counts the batches that it has begun to load, and those that it has loaded.
class SlowSource final : public InputSource {
 public:
  absl::StatusOr<at::Tensor> Load(const at::Tensor& indices,
                                  const at::Tensor&) const override {
    ++begun;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ++loaded;
    return at::zeros({indices.size(0), 20}, at::kByte);
  }

  mutable std::atomic<int> begun = 0, loaded = 0;
};

// Expects that no thread loads a batch while it is recorded.
class LoneGraph final : public CudaGraph {
 public:
  LoneGraph(const SlowSource& source, bool& recorded)
      : source_(source), recorded_(recorded) {}

  void Record(const Work& work) override {
    recorded_ = true;
    EXPECT_EQ(source_.begun, source_.loaded);
    graph_->Record(work);
  }
  const std::vector<at::Tensor>& Replay() override { return graph_->Replay(); }

 private:
  const SlowSource& source_;
  bool& recorded_;
  std::unique_ptr<CudaGraph> graph_ = RecordingGraph::Make();
};

TEST(TrainerTest, NoThreadUsesTheDeviceWhileAStepIsRecorded) {
  TrialSettings settings = SettingsOf({"training.max_steps=5"});
  settings.metrics.clear();
  const std::unique_ptr<Dataset> dataset = DatasetOf(settings);
  const auto source = std::make_shared<SlowSource>();
  dataset->train.inputs = at::Tensor();
  dataset->train.source = source;
  bool recorded = false;
  TrainerOptions options;
  options.make_graph = [&] {
    return std::make_unique<LoneGraph>(*source, recorded);
  };
  const auto result = RunTrial(settings, *dataset, c10::kCPU, {}, options);
  ASSERT_OK(result);
  EXPECT_EQ(result->outcome, Outcome::kCompleted) << result->reason;
  EXPECT_TRUE(recorded);
}

// A device that refuses.
class NoGraph final : public CudaGraph {
 public:
  void Record(const Work&) override {
    TORCH_CHECK(false, "operation not permitted");
  }
  const std::vector<at::Tensor>& Replay() override { return none_; }

 private:
  std::vector<at::Tensor> none_;
};

TEST(TrainerTest, AStepThatCannotBeRecordedIsAFailure) {
  TrainerOptions options;
  options.make_graph = [] { return std::make_unique<NoGraph>(); };
  const TrialResult result = TrainNow(SettingsOf(), {}, options);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.steps, 3);
  EXPECT_THAT(result.reason, HasSubstr("operation not permitted"));
  EXPECT_THAT(result.reason,
              HasSubstr("while recording a step as a CUDA graph; without "
                        "--cuda_graphs it is made operation by operation"));
}

TEST(TrainerTest, LossesThatAreReadLaterChangeNothing) {
  const auto train = [](int64_t most_unread_losses, TrialResult& result,
                        const TrialSettings& settings) {
    std::vector<std::pair<int64_t, double>> steps;
    TrainerHooks hooks;
    TrainerOptions options;
    options.most_unread_losses = most_unread_losses;
    hooks.on_step = [&](int64_t step, double loss) {
      steps.emplace_back(step, loss);
    };
    result = TrainNow(settings, hooks, options);
    return steps;
  };
  const TrialSettings completes = SettingsOf();
  // Diverges after a few steps.
  const TrialSettings diverges =
      SettingsOf({"optimizer={name: momentum, lr: 1e7}", "axes={}", "plan={}"});
  for (const auto& [settings, outcome] :
       {std::pair(completes, Outcome::kCompleted),
        std::pair(diverges, Outcome::kDiverged)}) {
    TrialResult at_once, later;
    const auto steps = train(1, at_once, settings);
    EXPECT_EQ(at_once.outcome, outcome);
    EXPECT_GT(steps.size(), 1u);
    // 7 does not divide the ten steps between evaluations.
    for (const int64_t most : {2, 7, 1000}) {
      EXPECT_EQ(train(most, later, settings), steps) << most;
      EXPECT_EQ(later.outcome, at_once.outcome) << most;
      EXPECT_EQ(later.steps, at_once.steps) << most;
      EXPECT_EQ(later.metrics, at_once.metrics) << most;
      EXPECT_EQ(HistoryJson(later), HistoryJson(at_once)) << most;
    }
  }
}

TEST(TrainerTest, RegularizersAddTheirPenaltyToTheLoss) {
  std::vector<double> losses;
  TrainerHooks hooks;
  hooks.on_step = [&](int64_t step, double loss) {
    if (step == 1) losses.push_back(loss);
  };
  TrialSettings settings = SettingsOf();
  TrainNow(settings, hooks);
  settings.regularizers = {
      ParsePlugin<RegularizerFamily>("{name: l2, coefficient: 0.5}")};
  TrainNow(settings, hooks);
  // The first loss is that of the initial weights, which the seed decides.
  const std::unique_ptr<Dataset> dataset = DatasetOf(settings);
  const auto model =
      Models::Get().Make(settings.model, {dataset->task, settings.seed});
  double squares = 0;
  for (const auto& [name, tensor] : Parameters(**model)) {
    squares += tensor.to(at::kDouble).square().sum().item<double>();
  }
  ASSERT_EQ(losses.size(), 2u);
  // 1e-6: rounding of float32 numbers near 1.
  EXPECT_NEAR(losses[1] - losses[0], 0.5 / 2 * squares, 1e-6);
  EXPECT_GT(squares, 0.1);
}

// A schedule that stands still after the tenth step.
struct StopsOptions {
  static void Describe(Schema<StopsOptions>& s) {
    s.Summary("Stops.").Paper("none");
  }
};

class Stops final : public Schedule {
 public:
  Stops(const StopsOptions&, const ScheduleArgs& args) {
    EXPECT_EQ(args.max_steps, 30);
  }
  double LrScale(int64_t step) const override { return step < 10 ? 1 : 0; }
};

BIGSTEP_REGISTER(Schedules, "stops", Stops, StopsOptions);

TEST(TrainerTest, TheScheduleScalesTheLearningRate) {
  const TrialResult stopped = TrainNow(SettingsOf({"schedule=stops"}));
  const TrialResult free = TrainNow(SettingsOf());
  const auto test = [](const TrialResult& result, int row) {
    return result.history[row].metrics["activation_sparsity"]["pq_index"];
  };
  EXPECT_EQ(test(stopped, 0), test(free, 0));  // Ten steps of both.
  EXPECT_EQ(test(stopped, 2), test(stopped, 0));
  EXPECT_NE(test(free, 2), test(free, 0));
}

TEST(TrainerTest, OnTheWayASampleOfTheTrainingDataIsLookedAt) {
  const TrialResult sample =
      TrainNow(SettingsOf({"training.eval_train_examples=7"}));
  const TrialResult all = TrainNow(SettingsOf());
  // Accuracy over 7 examples is a multiple of 1/7, over 200 of 1/200.
  const double on_the_way =
      sample.history[0].metrics["accuracy"]["train"].get<double>();
  EXPECT_NEAR(on_the_way * 7, std::round(on_the_way * 7), 1e-12);
  EXPECT_NE(on_the_way, all.history[0].metrics["accuracy"]["train"]);
  EXPECT_EQ(sample.metrics, all.metrics);
}

TEST(TrainerTest, AnInterruptStopsBeforeTheNextStep) {
  TrainerHooks hooks;
  int64_t steps = 0;
  hooks.on_step = [&](int64_t, double) { ++steps; };
  hooks.interrupted = [&] { return steps == 7; };
  const TrialSettings settings = SettingsOf();
  const auto result =
      RunTrial(settings, *DatasetOf(settings), c10::kCPU, hooks);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(steps, 7);
}

TEST(TrainerTest, AnInterruptStopsAnEvaluationToo) {
  TrainerHooks hooks;
  int64_t steps = 0, evaluations = 0;
  hooks.on_step = [&](int64_t, double) { ++steps; };
  hooks.on_evaluation = [&](const HistoryRow&) { ++evaluations; };
  // Steps are asked before, so that step 10 runs and what follows does not.
  hooks.interrupted = [&] { return steps == 10; };
  const TrialSettings settings = SettingsOf();
  const auto result =
      RunTrial(settings, *DatasetOf(settings), c10::kCPU, hooks);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(evaluations, 0);
}

TEST(TrainerTest, EpochsGiveTheStepsThatTheyNeed) {
  // Two passes over 200 examples in batches of 30: 400 / 30, rounded up.
  const TrialResult epochs = TrainNow(SettingsOf(
      {"training={batch_size: 30, epochs: 2}", "schedule={name: cosine}"}));
  EXPECT_EQ(epochs.steps, 14);
  EXPECT_EQ(epochs.stop, Stop::kMaxSteps);
  const TrialResult steps = TrainNow(SettingsOf(
      {"training={batch_size: 30, max_steps: 14}", "schedule={name: cosine}"}));
  EXPECT_EQ(epochs.metrics, steps.metrics);
  EXPECT_EQ(HistoryJson(epochs), HistoryJson(steps));
}

TEST(TrainerTest, ABatchLargerThanTheDataFails) {
  const TrialSettings settings = SettingsOf({"training.batch_size=201"});
  const TrialResult result = TrainNow(settings);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.reason,
            "training.batch_size 201 exceeds the 200 training examples");
  EXPECT_EQ(
      CheckTrial(settings, *DatasetOf(settings), c10::kCPU).status().message(),
      result.reason);
}

TEST(TrainerTest, ASplitThatTheDataLackIsNamedBeforeTraining) {
  TrialSettings settings = SettingsOf();
  settings.metrics = {
      {"accuracy", ParsePlugin<MetricFamily>(
                       "{name: accuracy, extra_splits: [mnist_randomized]}")}};
  const absl::Status status =
      CheckTrial(settings, *DatasetOf(settings), c10::kCPU).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()),
            "metric 'accuracy' needs split 'mnist_randomized', which the "
            "dataset does not have (it has train, validation, test)");
}

// Reads from a tensor what a split would hold, or fails at one example.
class TensorSource : public InputSource {
 public:
  TensorSource(at::Tensor bytes, int64_t broken)
      : bytes_(std::move(bytes)), broken_(broken) {}

  absl::StatusOr<at::Tensor> Load(const at::Tensor& indices,
                                  const at::Tensor&) const override {
    if (indices.eq(broken_).any().item<bool>()) {
      return absl::DataLossError("17.jpg: not an image");
    }
    return bytes_.index_select(0, indices);
  }

 private:
  at::Tensor bytes_;
  int64_t broken_;
};

// Moves the inputs of every split behind a source; -1: none is broken.
void Stream(Dataset& dataset, int64_t broken_in_test) {
  for (Split* split : {&dataset.train, &dataset.validation, &dataset.test}) {
    split->source = std::make_shared<TensorSource>(
        split->inputs, split == &dataset.test ? broken_in_test : -1);
    split->inputs = at::Tensor();
  }
}

// The tiny study's data with its bits as bytes 0 and 1.
std::unique_ptr<Dataset> ByteDataset(const TrialSettings& settings) {
  auto dataset = DatasetOf(settings);
  for (Split* split : {&dataset->train, &dataset->validation, &dataset->test}) {
    split->inputs = split->inputs.gt(0).to(at::kByte);
  }
  return dataset;
}

TEST(TrainerTest, StreamedDataGiveTheBitsOfResidentData) {
  const TrialSettings settings = SettingsOf();
  const auto resident = ByteDataset(settings);
  const auto streamed = ByteDataset(settings);
  Stream(*streamed, -1);
  const auto a = RunTrial(settings, *resident, c10::kCPU, TrainerHooks());
  const auto b = RunTrial(settings, *streamed, c10::kCPU, TrainerHooks());
  EXPECT_EQ(a->outcome, Outcome::kCompleted) << a->reason;
  EXPECT_EQ(b->metrics, a->metrics);
  EXPECT_EQ(HistoryJson(*b), HistoryJson(*a));
}

TEST(TrainerTest, AnInputThatCannotBeReadIsAFailureThatNamesIt) {
  const TrialSettings settings = SettingsOf();
  const auto dataset = ByteDataset(settings);
  Stream(*dataset, /*broken_in_test=*/17);
  const auto result = RunTrial(settings, *dataset, c10::kCPU, TrainerHooks());
  EXPECT_EQ(result->outcome, Outcome::kFailed);
  EXPECT_EQ(result->reason, "17.jpg: not an image");
}

TEST(TrainerTest, WhatLibtorchThrowsIsAFailure) {
  const TrialSettings settings = SettingsOf();
  std::unique_ptr<Dataset> dataset = DatasetOf(settings);
  // Inputs that do not fit the first layer.
  dataset->train.inputs = at::zeros({200, 3});
  const auto result = RunTrial(settings, *dataset, c10::kCPU, TrainerHooks());
  ASSERT_OK(result);
  EXPECT_EQ(result->outcome, Outcome::kFailed);
  EXPECT_THAT(result->reason, HasSubstr("mat1 and mat2 shapes"));
}

TEST(TrainerTest, EveryEpochUsesEachExampleOnce) {
  // Two batches of 100 make an epoch of 200; the loss of an epoch at a fixed
  // network is then the loss of all examples, whatever the order.
  TrainerHooks hooks;
  std::vector<double> losses;
  hooks.on_step = [&](int64_t, double loss) { losses.push_back(loss); };
  TrialSettings settings =
      SettingsOf({"training={batch_size: 100, max_steps: 6}",
                  "optimizer.lr=1e-12", "axes={}", "plan={}"});
  TrainNow(settings, hooks);
  ASSERT_EQ(losses.size(), 6u);
  // 1e-6: rounding of float32 sums of 100 terms.
  EXPECT_NEAR(losses[0] + losses[1], losses[2] + losses[3], 1e-6);
  EXPECT_NEAR(losses[0] + losses[1], losses[4] + losses[5], 1e-6);
  EXPECT_NE(losses[0], losses[2]);
}

}  // namespace
}  // namespace bigstep
