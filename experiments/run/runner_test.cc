#include "experiments/run/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file_lock.h"
#include "base/files.h"
#include "base/leftovers.h"
#include "datasets/dataset.h"
#include "experiments/records/record_writer.h"
#include "experiments/records/study.h"
#include "experiments/run/testing.h"
#include "metrics/evaluation.h"
#include "models/model.h"
#include "models/weights/weights.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

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

TEST_F(RunnerTest, SavesTheWeightsOfTrainedNetworks) {
  const Plan plan =
      PlanOf(kTinySpec, {"axes={lr: {set: optimizer.lr, values: [0.1, 1e30]}}",
                         "plan={one_at_a_time: [lr]}", "seeds=1"});
  ASSERT_OK(Run(plan));
  const auto weights = [&](const Trial& trial) {
    return TrialFolder(folder_, trial.id) + "/weights.safetensors";
  };
  // The second trial diverges: it has no weights to save.
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
  ASSERT_OK(WriteRecord(folder_,
                        {plan.trials[0].id, plan.study.name,
                         plan.trials[0].settings, Json::object(), "now"},
                        failure));
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
  EXPECT_EQ(summary->failed, 3);  // Three configurations with seed 1.
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

TEST_F(RunnerTest, AnInterruptLeavesWholeRecordsAndTheNextRunContinues) {
  const Plan plan = PlanOf(kTinySpec);
  const auto summary = Run(
      plan, [this] { return Occurrences(progress_.str(), "completed") >= 2; });
  ASSERT_OK(summary);
  EXPECT_TRUE(summary->interrupted);
  EXPECT_GE(summary->trained, 2);
  EXPECT_LT(summary->trained, 6);
  EXPECT_EQ(RecordsInFolder(), summary->trained);
  const auto rest = Run(plan);
  ASSERT_OK(rest);
  EXPECT_EQ(rest->trained, 6 - summary->trained);
  EXPECT_EQ(rest->reused, summary->trained);
}

TEST_F(RunnerTest, AnInterruptedSecondTryKeepsTheFirstFailure) {
  const Plan plan = PlanOf(
      kTinySpec, {"training.max_steps=100000000", "training.eval_every=0"});
  TrialResult failure;
  failure.outcome = Outcome::kFailed;
  failure.reason = "out of memory";
  for (const Trial& trial : plan.trials) {
    ASSERT_OK(WriteRecord(
        folder_,
        {trial.id, plan.study.name, trial.settings, Json::object(), "then"},
        failure));
  }
  const auto summary = Run(
      plan, [this] { return Occurrences(progress_.str(), "started") >= 1; });
  ASSERT_OK(summary);
  EXPECT_TRUE(summary->interrupted);
  EXPECT_EQ(summary->trained, 0);
  for (const Trial& trial : plan.trials) {
    EXPECT_EQ(RecordOf(trial).reason, "out of memory");
  }
}

TEST_F(RunnerTest, AnInterruptOfTheChecksLeavesNothing) {
  const auto summary = Run(PlanOf(kTinySpec), [] { return true; });
  ASSERT_OK(summary);
  EXPECT_TRUE(summary->interrupted);
  EXPECT_TRUE(fs::is_empty(folder_));
}

// True once `since` has been true for `time`.
class After {
 public:
  After(std::function<bool()> since, std::chrono::milliseconds time)
      : since_(std::move(since)), time_(time) {}

  bool operator()() {
    const auto now = std::chrono::steady_clock::now();
    if (!start_ && since_()) start_ = now;
    return start_ && now - *start_ >= time_;
  }

 private:
  const std::function<bool()> since_;
  const std::chrono::milliseconds time_;
  std::optional<std::chrono::steady_clock::time_point> start_;
};

TEST_F(RunnerTest, AnInterruptEndsAWaitForADataset) {
  const Plan plan = PlanOf(kTinySpec);
  options_.setup.cache_folder = folder_ + "/cache";
  const PluginConfig& dataset = plan.trials[0].settings.dataset;
  const std::string path = absl::StrCat(
      folder_, "/cache/", dataset.name(), "-",
      Sha256Hex(CanonicalJson(dataset.Identity())).substr(0, 16), ".lock");
  ASSERT_OK(MakeFolder(folder_ + "/cache"));
  const auto lock = FileLock::Try(path);
  // It is said after a second.
  const std::string said = absl::StrCat(
      "waiting for a dataset that another process prepares: ", path,
      " is locked by process ", getpid());
  std::optional<std::chrono::steady_clock::time_point> interrupted;
  const auto summary = Run(plan, [&] {
    const bool waits = Occurrences(progress_.str(), said) > 0;
    if (waits && !interrupted) interrupted = std::chrono::steady_clock::now();
    return waits;
  });
  ASSERT_TRUE(interrupted.has_value());
  EXPECT_LT(std::chrono::steady_clock::now() - *interrupted,
            std::chrono::seconds(5));
  ASSERT_OK(summary);
  EXPECT_TRUE(summary->interrupted);
  EXPECT_EQ(Occurrences(progress_.str(), said), 1);
  EXPECT_FALSE(fs::exists(folder_ + "/study.json"));
}

TEST_F(RunnerTest, AnInterruptEndsAHangingCheck) {
  const Plan plan =
      PlanOf(kTinySpec, {"base.dataset={name: deadly, hang: true}",
                         "axes={lr: {set: optimizer.lr, values: [0.1]}}",
                         "plan={one_at_a_time: [lr]}"});
  const auto start = std::chrono::steady_clock::now();
  const auto summary =
      Run(plan, After([] { return true; }, std::chrono::seconds(3)));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  ASSERT_OK(summary);
  EXPECT_TRUE(summary->interrupted);
}

TEST_F(RunnerTest, ADeletedResultsFolderEndsTheRun) {
  const Plan plan =
      PlanOf(kTinySpec, {"base.training={batch_size: 20, max_steps: 20000}"});
  bool deleted = false;
  const auto summary = Run(plan, [&] {
    if (!deleted && Occurrences(progress_.str(), "completed") == 1) {
      fs::remove_all(folder_);
      deleted = true;
    }
    return false;
  });
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kUnavailable);
  const std::string message(summary.status().message());
  EXPECT_THAT(message, HasSubstr("the results folder " + folder_ +
                                 " was deleted during the run"));
  EXPECT_THAT(message, Not(HasSubstr("kept")));
  // Nothing is put where nobody expects it.
  EXPECT_FALSE(fs::exists(folder_ + "/trials"));
}

TEST_F(RunnerTest, WhatKilledRunsLeftIsRemoved) {
  const Plan plan = PlanOf(kTinySpec);
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  const std::string host =
      ProcessName().substr(0, ProcessName().rfind('-') + 1);
  const std::string ended = absl::StrCat(host, child);
  const std::string left[] = {
      absl::StrCat("/study.json.tmp-", ended, "-0"),
      absl::StrCat("/figures/curve.dat.tmp-", ended, "-3"),
      absl::StrCat("/status.", ended, ".json")};
  const std::string other = absl::StrCat("/table.md.tmp-", ProcessName(), "-0");
  for (const std::string& path : left) WriteTestFile(folder_ + path, "x");
  WriteTestFile(folder_ + other, "x");
  ASSERT_OK(Run(plan));
  for (const std::string& path : left) {
    EXPECT_FALSE(fs::exists(folder_ + path)) << path;
  }
  EXPECT_TRUE(fs::exists(folder_ + other));
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

TEST_F(RunnerTest, AFolderThatCannotBeReadIsAnError) {
  ASSERT_OK(WriteFileAtomically(folder_ + "/trials", "a file, not a folder"));
  const auto summary = Run(PlanOf(kTinySpec));
  EXPECT_FALSE(summary.ok());
  EXPECT_THAT(std::string(summary.status().message()), HasSubstr("/trials"));
}

// What a record is written over cannot be replaced: a folder that is not empty.
TEST_F(RunnerTest, ARecordThatCannotBeWrittenEndsTheRunInGoodOrder) {
  const Plan plan = PlanOf(kTinySpec);
  const std::string obstacle =
      TrialFolder(folder_, plan.trials[2].id) + "/history.csv";
  WriteTestFile(obstacle + "/file", "");
  const auto summary = Run(plan);
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(summary.status().message()),
              AllOf(HasSubstr(obstacle),
                    HasSubstr("all finished trials are kept: fix this and "
                              "rerun the same command")));
  EXPECT_EQ((*ParseJson(*ReadFile(folder_ + "/status.json")))["state"],
            "failed");
  fs::remove_all(obstacle);
  const auto rest = Run(plan);
  ASSERT_OK(rest);
  EXPECT_EQ(rest->reused + rest->trained, 6);
  EXPECT_GE(rest->trained, 1);
}

TEST_F(RunnerTest, ConfigurationsComeFirstAndSeedsAfter) {
  ASSERT_OK(Run(PlanOf(kTinySpec)));
  const std::string text = progress_.str();
  EXPECT_LT(text.find("l2=strong seed 0"), text.find("lr=0.1 seed 1"));
}

TEST_F(RunnerTest, LongTrialsComeFirst) {
  ASSERT_OK(Run(PlanOf(kTinySpec,
                       {"axes={n: {set: training.max_steps, values: [10, 40]}}",
                        "plan={one_at_a_time: [n]}", "seeds=1"})));
  const std::string text = progress_.str();
  EXPECT_LT(text.find("n=40"), text.find("n=10"));
}

}  // namespace
}  // namespace bigstep
