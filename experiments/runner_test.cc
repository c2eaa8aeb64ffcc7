#include "experiments/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "base/files.h"
#include "experiments/testing.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RunnerTest : public testing::Test {
 protected:
  absl::StatusOr<RunSummary> Run(const Plan& plan) {
    RunOptions options;
    options.study_folder = folder_;
    options.data_root = folder_ + "/no_data";
    options.progress = &progress_;
    return RunPlan(plan, options);
  }

  std::string RecordPath(const Trial& trial) {
    return TrialFolder(folder_, trial.id) + "/record.json";
  }

  // The part of a record that depends on the trial alone.
  Json MetricsOf(const Trial& trial) {
    return ReadRecord(folder_, trial.id).value().value().metrics;
  }

  std::string folder_ = MakeTestFolder();
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

TEST_F(RunnerTest, AnExtendedStudyTrainsOnlyWhatIsNew) {
  ASSERT_OK(Run(PlanOf(kTinySpec)));
  const auto more = Run(PlanOf(kTinySpec, {"seeds=3"}));
  ASSERT_OK(more);
  EXPECT_EQ(more->reused, 6);
  EXPECT_EQ(more->trained, 3);
}

TEST_F(RunnerTest, DivergenceIsAResultThatIsKept) {
  const Plan plan = PlanOf(
      kTinySpec, {"axes={lr: {set: optimizer.lr, values: [0.1, 1e30]}}",
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
