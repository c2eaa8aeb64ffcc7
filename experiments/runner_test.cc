#include "experiments/runner.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <sstream>
#include <utility>

#include "base/files.h"
#include "datasets/dataset.h"
#include "experiments/record.h"
#include "experiments/testing.h"
#include "metrics/evaluation.h"
#include "metrics/metric.h"
#include "models/common/weights.h"
#include "models/model.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A metric that fails for the trials of one seed: those whose training split
// begins as that of seed 1 does.
struct BrokenForSeedOneOptions {
  static void Describe(Schema<BrokenForSeedOneOptions>& s) {
    s.Summary("Fails.").Paper("none");
  }
};

class BrokenForSeedOne final : public Metric {
 public:
  BrokenForSeedOne(const BrokenForSeedOneOptions&, const MetricArgs&) {}

  MetricTraits Traits() const override {
    return {Timing::kAtEnd, {{"value", "a number"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    const at::Tensor labels = evaluation.Outputs("train").value()->labels;
    const auto seed_one = MakePlugin<DatasetFamily>(
        "{name: parity, num_train: 200, num_validation: 100, num_test: 100}",
        {"", /*seed=*/1});
    if (labels.equal(seed_one->train.labels)) {
      return absl::InvalidArgumentError("this seed is not liked");
    }
    return Json{{"value", 1}};
  }
};

BIGSTEP_REGISTER(Metrics, "broken_for_seed_one", BrokenForSeedOne,
                 BrokenForSeedOneOptions);

// A dataset that cannot be made with seed 1.
struct NoSeedOneOptions {
  static void Describe(Schema<NoSeedOneOptions>& s) {
    s.Summary("Fails.").Paper("none");
  }
};

struct NoSeedOne {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const NoSeedOneOptions&, const DatasetArgs& args) {
    if (args.seed == 1) at::ones({2}) + at::ones({3});  // Throws.
    return MakePlugin<DatasetFamily>(
        "{name: parity, num_train: 200, num_validation: 100, num_test: 100}",
        args);
  }
};

BIGSTEP_REGISTER(Datasets, "no_seed_one", NoSeedOne, NoSeedOneOptions);

class RunnerTest : public testing::Test {
 protected:
  absl::StatusOr<RunSummary> Run(
      const Plan& plan,
      std::function<bool()> interrupted = [] { return false; }) {
    RunOptions options;
    options.study_folder = folder_;
    options.data_root = folder_ + "/no_data";
    options.save_weights = save_weights_;
    options.interrupted = std::move(interrupted);
    Progress progress(progress_, /*columns=*/0);
    return RunPlan(plan, options, progress);
  }

  std::string RecordPath(const Trial& trial) {
    return TrialFolder(folder_, trial.id) + "/record.json";
  }

  // The part of a record that depends on the trial alone.
  Json MetricsOf(const Trial& trial) {
    return ReadRecord(folder_, trial.id).value().value().metrics;
  }

  std::string folder_ = MakeTestFolder();
  bool save_weights_ = false;
  std::ostringstream progress_;
};

TEST_F(RunnerTest, TrainsEveryTrialOnceAndThenNoMore) {
  const Plan plan = PlanOf(kTinySpec);
  const auto first = Run(plan);
  ASSERT_OK(first);
  EXPECT_EQ(first->trained, 6);
  EXPECT_EQ(first->reused, 0);
  for (const Trial& trial : plan.trials) {
    for (const char* file :
         {"record.json", "history.csv", "trial.yaml", "log.txt"}) {
      EXPECT_TRUE(fs::exists(TrialFolder(folder_, trial.id) + "/" + file));
    }
  }
  const auto second = Run(plan);
  ASSERT_OK(second);
  EXPECT_EQ(second->trained, 0);
  EXPECT_EQ(second->reused, 6);
}

TEST_F(RunnerTest, ADeletedRecordComesBackTheSame) {
  const Plan plan = PlanOf(kTinySpec);
  ASSERT_OK(Run(plan));
  const Trial& trial = plan.trials[3];
  const Json before = MetricsOf(trial);
  const std::string history = TrialFolder(folder_, trial.id) + "/history.csv";
  const std::string rows = *ReadFile(history);
  fs::remove_all(TrialFolder(folder_, trial.id));
  const auto again = Run(plan);
  ASSERT_OK(again);
  EXPECT_EQ(again->trained, 1);
  EXPECT_EQ(CanonicalJson(MetricsOf(trial)), CanonicalJson(before));
  EXPECT_EQ(*ReadFile(history), rows);
}

TEST_F(RunnerTest, LeavesTheWeightsOfWhatWasTrainedIfAsked) {
  const Plan plan =
      PlanOf(kTinySpec, {"axes={lr: {set: optimizer.lr, values: [0.1, 1e30]}}",
                         "plan={one_at_a_time: [lr]}", "seeds=1"});
  save_weights_ = true;
  ASSERT_OK(Run(plan));
  const auto weights = [&](const Trial& trial) {
    return TrialFolder(folder_, trial.id) + "/weights.safetensors";
  };
  // The second trial diverges: there is no network to keep.
  EXPECT_FALSE(fs::exists(weights(plan.trials[1])));

  const TrialSettings& settings = plan.trials[0].settings;
  const auto dataset = Datasets::Get().Make(settings.dataset, {"", 0}).value();
  const auto model =
      Models::Get().Make(settings.model, {dataset->task, 0}).value();
  ASSERT_OK(LoadWeights(weights(plan.trials[0]), *model));
  Evaluation evaluation(*dataset, *model, [] { return nullptr; }, {});
  const SplitOutputs* const test = evaluation.Outputs("test").value();
  EXPECT_EQ(ShareCorrect(test->logits, test->labels),
            MetricsOf(plan.trials[0])["accuracy"]["unbiased_test"]);
}

TEST_F(RunnerTest, AnExtendedStudyTrainsOnlyWhatIsNew) {
  ASSERT_OK(Run(PlanOf(kTinySpec)));
  const auto more = Run(PlanOf(kTinySpec, {"seeds=3"}));
  ASSERT_OK(more);
  EXPECT_EQ(more->reused, 6);
  EXPECT_EQ(more->trained, 3);
}

TEST_F(RunnerTest, DivergenceIsAResultThatIsKept) {
  const Plan plan =
      PlanOf(kTinySpec, {"axes={lr: {set: optimizer.lr, values: [0.1, 1e30]}}",
                         "plan={one_at_a_time: [lr]}"});
  const auto first = Run(plan);
  ASSERT_OK(first);
  EXPECT_EQ(first->failed, 0);
  EXPECT_EQ(ReadRecord(folder_, plan.trials[2].id)->value().outcome,
            Outcome::kDiverged);
  const auto second = Run(plan);
  ASSERT_OK(second);
  EXPECT_EQ(second->trained, 0);
}

TEST_F(RunnerTest, FailedTrialsAreTriedAgain) {
  const Plan plan = PlanOf(kTinySpec);
  TrialResult failure;
  failure.outcome = Outcome::kFailed;
  failure.reason = "out of memory";
  ASSERT_OK(WriteRecord(folder_, plan, plan.trials[0], failure, {}, "now"));
  const auto summary = Run(plan);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 6);
  EXPECT_EQ(ReadRecord(folder_, plan.trials[0].id)->value().outcome,
            Outcome::kCompleted);
}

TEST_F(RunnerTest, AFailedTrialIsRecordedAndTheOthersGoOn) {
  const Plan plan =
      PlanOf(kTinySpec, {"metrics=[accuracy, broken_for_seed_one]",
                         "compare.metrics=[accuracy.unbiased_test]"});
  const auto summary = Run(plan);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 6);
  EXPECT_EQ(summary->failed, 3);  // Three settings, each with seed 1.
  for (const Trial& trial : plan.trials) {
    const auto record = ReadRecord(folder_, trial.id);
    ASSERT_OK(record);
    const bool broken = trial.settings.seed == 1;
    EXPECT_EQ((*record)->outcome,
              broken ? Outcome::kFailed : Outcome::kCompleted);
    EXPECT_EQ((*record)->reason, broken ? "this seed is not liked" : "");
  }
}

TEST_F(RunnerTest, ADatasetThatBreaksForOneSeedFailsThatSeedAlone) {
  const auto summary = Run(PlanOf(kTinySpec, {"dataset=no_seed_one"}));
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 6);
  EXPECT_EQ(summary->failed, 3);
  EXPECT_THAT(progress_.str(),
              HasSubstr("failed: The size of tensor a (2) must match the size "
                        "of tensor b (3)"));
}

TEST_F(RunnerTest, AnInterruptLeavesWholeRecordsAndNothingElse) {
  const Plan plan = PlanOf(kTinySpec);
  // Asked before each of the 3 settings is tried and before each trial, its 30
  // steps and 20 passes over a split (three splits three times, 11 ratios of
  // pruning): in the third trial, 3 + 2 * 51 = 105 later, the 120th answer
  // comes.
  int asked = 0;
  const auto summary = Run(plan, [&] { return ++asked > 120; });
  ASSERT_OK(summary);
  EXPECT_TRUE(summary->interrupted);
  EXPECT_EQ(summary->trained, 2);
  int folders = 0;
  for (const auto& entry : fs::directory_iterator(folder_ + "/trials")) {
    ++folders;
    EXPECT_TRUE(fs::exists(entry.path() / "record.json"));
  }
  EXPECT_EQ(folders, 2);
  const auto rest = Run(plan);
  ASSERT_OK(rest);
  EXPECT_EQ(rest->trained, 4);
}

TEST_F(RunnerTest, AnInterruptedSecondTryKeepsTheFirstFailure) {
  const Plan plan = PlanOf(kTinySpec);
  TrialResult failure;
  failure.outcome = Outcome::kFailed;
  failure.reason = "out of memory";
  ASSERT_OK(WriteRecord(folder_, plan, plan.trials[0], failure, {}, "now"));
  int asked = 0;
  const auto summary = Run(plan, [&] { return ++asked > 10; });
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 0);
  EXPECT_EQ(ReadRecord(folder_, plan.trials[0].id)->value().reason,
            "out of memory");
}

TEST_F(RunnerTest, WhatCannotRunIsSaidBeforeAnythingIsTrained) {
  const Plan plan = PlanOf(
      kTinySpec,
      {"axes={data: {set: dataset, values: [colored_mnist, parity]}, batch: "
       "{set: training.batch_size, values: [20, 1000]}}",
       "plan={one_at_a_time: [data, batch]}"});
  const auto summary = Run(plan);
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string message(summary.status().message());
  EXPECT_THAT(message, HasSubstr("no_data/mnist/train-images-idx3-ubyte"));
  EXPECT_THAT(message, HasSubstr("batch=1000 seed 0: training.batch_size 1000 "
                                 "exceeds the 200 training examples"));
  EXPECT_FALSE(fs::exists(folder_ + "/trials"));
}

TEST_F(RunnerTest, AFolderThatCannotBeMadeIsAnError) {
  ASSERT_OK(WriteFileAtomically(folder_ + "/trials", "a file, not a folder"));
  const auto summary = Run(PlanOf(kTinySpec));
  EXPECT_FALSE(summary.ok());
  EXPECT_THAT(std::string(summary.status().message()), HasSubstr("/trials"));
}

TEST_F(RunnerTest, SettingsComeFirstAndSeedsAfter) {
  ASSERT_OK(Run(PlanOf(kTinySpec)));
  const std::string text = progress_.str();
  EXPECT_LT(text.find("l2=strong seed 0"), text.find("lr=0.1 seed 1"));
}

}  // namespace
}  // namespace bigstep
