#include "experiments/runner.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "datasets/dataset.h"
#include "experiments/file_lock.h"
#include "experiments/record.h"
#include "experiments/record_writer.h"
#include "experiments/study.h"
#include "experiments/testing.h"
#include "experiments/worker.h"
#include "metrics/evaluation.h"
#include "metrics/metric.h"
#include "models/common/weights.h"
#include "models/model.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kData[] =
    "{name: parity, num_train: 200, num_validation: 100, num_test: 100}";

// Whether the trial's seed is 1, by its training split.
bool IsSeedOne(Evaluation& evaluation) {
  const auto seed_one = MakePlugin<DatasetFamily>(kData, {"", /*seed=*/1});
  return evaluation.Outputs("train").value()->labels.equal(
      seed_one->train.labels);
}

// A metric that fails for the trials of one seed.
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
    if (IsSeedOne(evaluation)) {
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
    return MakePlugin<DatasetFamily>(kData, args);
  }
};

BIGSTEP_REGISTER(Datasets, "no_seed_one", NoSeedOne, NoSeedOneOptions);

// A metric that does to its worker what happens to workers, in trials of seed
// 1: once, or always. It knows by a file in $BIGSTEP_TEST_MARKS.
struct TroubleOptions {
  std::string kind = "none";
  bool always = false;

  static void Describe(Schema<TroubleOptions>& s) {
    s.Summary("Makes trouble.").Paper("none");
    s.Field("kind", &TroubleOptions::kind)
        .OneOf({"none", "abort", "kill", "hang", "exit"})
        .Doc("what happens");
    s.Field("always", &TroubleOptions::always).Doc("not only once");
  }
};

class Trouble final : public Metric {
 public:
  Trouble(const TroubleOptions& options, const MetricArgs&) : o_(options) {}

  MetricTraits Traits() const override {
    return {Timing::kAtEnd, {{"value", "a number"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    if (IsSeedOne(evaluation) && Due()) Make();
    return Json{{"value", 1}};
  }

 private:
  bool Due() const {
    const std::string mark =
        std::string(getenv("BIGSTEP_TEST_MARKS")) + "/" + o_.kind;
    const bool first = !fs::exists(mark);
    WriteTestFile(mark, "");
    return first || o_.always;
  }

  void Make() const {
    if (o_.kind == "abort") {
      std::cerr << "nothing works any more\n*** a stack trace:\n  @ here\n";
      std::abort();
    }
    if (o_.kind == "kill") raise(SIGKILL);
    if (o_.kind == "exit") _exit(7);
    while (o_.kind == "hang") pause();
  }

  const TroubleOptions o_;
};

BIGSTEP_REGISTER(Metrics, "trouble", Trouble, TroubleOptions);

// A dataset whose making kills the worker.
struct DeadlyOptions {
  static void Describe(Schema<DeadlyOptions>& s) {
    s.Summary("Kills.").Paper("none");
  }
};

struct Deadly {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(const DeadlyOptions&,
                                                         const DatasetArgs&) {
    raise(SIGKILL);
    return nullptr;
  }
};

BIGSTEP_REGISTER(Datasets, "deadly", Deadly, DeadlyOptions);

int Occurrences(const std::string& text, const std::string& word) {
  int count = 0;
  for (size_t at = text.find(word); at != std::string::npos;
       at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

class RunnerTest : public testing::Test {
 protected:
  RunnerTest() {
    options_.setup.study = "tiny";
    options_.setup.study_folder = folder_;
    options_.setup.data_root = folder_ + "/no_data";
    setenv("BIGSTEP_TEST_MARKS", marks_.c_str(), 1);
  }

  absl::StatusOr<RunSummary> Run(
      const Plan& plan,
      std::function<bool()> interrupted = [] { return false; }) {
    options_.interrupted = std::move(interrupted);
    Progress progress(progress_, {ProgressView::Mode::kPlain});
    return RunPlan(plan, options_, progress);
  }

  // A plan whose trials with seed 1 meet with what `trouble` says.
  static Plan TroubledPlan(const std::string& trouble) {
    return PlanOf(kTinySpec,
                  {"metrics=[accuracy, {name: trouble, " + trouble + "}]",
                   "compare.metrics=[accuracy.unbiased_test]",
                   "axes={lr: {set: optimizer.lr, values: [0.1]}}",
                   "plan={one_at_a_time: [lr]}"});
  }

  Record RecordOf(const Trial& trial) {
    return ReadRecord(folder_, trial.id).value().value();
  }

  // The part of a record that depends on the trial alone.
  Json MetricsOf(const Trial& trial) { return RecordOf(trial).metrics; }

  int RecordsInFolder() {
    int records = 0;
    for (const auto& entry : fs::directory_iterator(folder_ + "/trials")) {
      records += fs::exists(entry.path() / "record.json");
    }
    return records;
  }

  std::string folder_ = MakeTestFolder();
  std::string marks_ = MakeTestFolder();
  RunOptions options_;
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
  options_.setup.save_weights = true;
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
    ASSERT_OK(WriteRecord(folder_, plan, trial, failure, {}, "then"));
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
                    HasSubstr("all finished trials are kept, and the same "
                              "command continues")));
  EXPECT_EQ((*ParseJson(*ReadFile(folder_ + "/status.json")))["state"],
            "failed");
  fs::remove_all(obstacle);
  const auto rest = Run(plan);
  ASSERT_OK(rest);
  EXPECT_EQ(rest->reused + rest->trained, 6);
  EXPECT_GE(rest->trained, 1);
}

TEST_F(RunnerTest, SettingsComeFirstAndSeedsAfter) {
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

TEST_F(RunnerTest, AnyNumberOfWorkersGivesTheSame) {
  const Plan plan = PlanOf(kTinySpec);
  ASSERT_OK(Run(plan));
  const std::string first = folder_;
  folder_ = options_.setup.study_folder = MakeTestFolder();
  options_.workers = 4;
  const auto summary = Run(plan);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 6);
  for (const Trial& trial : plan.trials) {
    EXPECT_EQ(CanonicalJson(MetricsOf(trial)),
              CanonicalJson(ReadRecord(first, trial.id)->value().metrics));
    EXPECT_EQ(*ReadFile(TrialFolder(folder_, trial.id) + "/history.csv"),
              *ReadFile(TrialFolder(first, trial.id) + "/history.csv"));
  }
}

TEST_F(RunnerTest, ADeadWorkerCostsOneAttempt) {
  const Plan plan = TroubledPlan("kind: abort");
  const auto summary = Run(plan);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 2);
  EXPECT_EQ(summary->failed, 0);
  EXPECT_EQ(summary->attempts_lost, 1);
  EXPECT_THAT(progress_.str(),
              HasSubstr("lr=0.1 seed 1 | the worker died: killed by SIGABRT; "
                        "nothing works any more; it will be tried again"));
  // What it printed stays beside the record.
  EXPECT_THAT(*ReadFile(TrialFolder(folder_, plan.trials[1].id) + "/log.txt"),
              HasSubstr("nothing works any more"));
}

TEST_F(RunnerTest, AfterItsAttemptsTheTrialHasFailed) {
  struct {
    const char* kind;
    const char* reason;
  } const cases[] = {
      {"abort", "the worker died: killed by SIGABRT; nothing works any more"},
      {"kill",
       "the worker died: killed by SIGKILL, perhaps because memory ran out"},
      {"exit", "the worker died: exit code 7"},
  };
  for (const auto& [kind, reason] : cases) {
    SCOPED_TRACE(kind);
    const Plan plan = TroubledPlan(absl::StrCat("always: true, kind: ", kind));
    options_.retries = 2;
    const auto summary = Run(plan);
    ASSERT_OK(summary);
    EXPECT_EQ(summary->trained, 2);
    EXPECT_EQ(summary->failed, 1);
    EXPECT_EQ(summary->attempts_lost, 3);
    EXPECT_EQ(RecordOf(plan.trials[0]).outcome, Outcome::kCompleted);
    EXPECT_EQ(RecordOf(plan.trials[1]).outcome, Outcome::kFailed);
    EXPECT_EQ(RecordOf(plan.trials[1]).reason, reason);
  }
}

TEST_F(RunnerTest, AHungWorkerIsReplaced) {
  const Plan plan = TroubledPlan("kind: hang");
  options_.trial_timeout_s = 5;
  const auto summary = Run(plan);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 2);
  EXPECT_EQ(summary->failed, 0);
  EXPECT_EQ(summary->attempts_lost, 1);
  EXPECT_THAT(progress_.str(),
              HasSubstr("no result after 5 s (--trial_timeout)"));
}

TEST_F(RunnerTest, WhatFailsByItselfIsNotTriedAgain) {
  options_.retries = 5;
  const auto summary =
      Run(PlanOf(kTinySpec, {"metrics=[accuracy, broken_for_seed_one]",
                             "compare.metrics=[accuracy.unbiased_test]"}));
  ASSERT_OK(summary);
  EXPECT_EQ(summary->attempts_lost, 0);
  EXPECT_EQ(Occurrences(progress_.str(), "started"), 6);
}

TEST_F(RunnerTest, WhatKillsTheWorkerThatChecksItIsSaidToo) {
  const auto summary = Run(PlanOf(kTinySpec, {"dataset=deadly"}));
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(summary.status().message()),
            "lr=0.1 seed 0: the worker died: killed by SIGKILL, perhaps "
            "because memory ran out");
}

TEST_F(RunnerTest, WorkersThatDoNotStartEndTheRun) {
  options_.worker_command = {"/bin/sh", "-c", "echo no such luck; exit 4"};
  const auto summary = Run(PlanOf(kTinySpec));
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(summary.status().message()),
              HasSubstr("workers do not start: the worker died: exit code 4; "
                        "no such luck"));
}

TEST_F(RunnerTest, ATrialOfAnotherRunIsWaitedForAndNotRepeated) {
  const Plan plan = PlanOf(kTinySpec);
  const std::string trial_folder = TrialFolder(folder_, plan.trials[0].id);
  ASSERT_OK(MakeFolder(trial_folder));
  std::optional<FileLock> lock;
  lock.emplace(FileLock::Try(trial_folder + "/lock").value().value());
  // Once all others are done, the other run finishes its own.
  const auto summary = Run(plan, [&] {
    if (lock && Occurrences(progress_.str(), "completed") == 5) {
      EXPECT_OK(WriteRecord(folder_, plan, plan.trials[0], TrialResult(), {},
                            "by the other run"));
      lock.reset();
    }
    return false;
  });
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 5);
  EXPECT_EQ(summary->elsewhere, 1);
  EXPECT_EQ(RecordOf(plan.trials[0]).times["started"], "by the other run");
}

TEST_F(RunnerTest, ATrialThatAnotherRunLeavesIsTakenOver) {
  const Plan plan = PlanOf(kTinySpec);
  const std::string trial_folder = TrialFolder(folder_, plan.trials[0].id);
  ASSERT_OK(MakeFolder(trial_folder));
  std::optional<FileLock> lock;
  lock.emplace(FileLock::Try(trial_folder + "/lock").value().value());
  const auto summary = Run(plan, [&] {
    if (Occurrences(progress_.str(), "completed") == 5) lock.reset();
    return false;
  });
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 6);
}

TEST_F(RunnerTest, WhatAKilledRunLeftDoesNoHarm) {
  const Plan plan = PlanOf(kTinySpec);
  const std::string trial_folder = TrialFolder(folder_, plan.trials[0].id);
  const std::string leftover = trial_folder + "/record.json.tmp-host-1";
  WriteTestFile(leftover, "{\"format\": 1, ");
  WriteTestFile(trial_folder + "/lock", "");
  WriteTestFile(trial_folder + "/history.csv", "step,");
  const auto summary = Run(plan);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 6);
  EXPECT_FALSE(fs::exists(leftover));
  EXPECT_FALSE(fs::exists(trial_folder + "/lock"));
}

TEST_F(RunnerTest, APartOfAPlanLeavesTheWholeStudy) {
  const Plan whole = PlanOf(kTinySpec);
  Plan part = whole;
  part.trials.resize(2);
  options_.whole = &whole;
  const auto summary = Run(part);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 2);
  EXPECT_EQ(summary->unused, "");
  const auto study = ReadStudy(folder_);
  ASSERT_OK(study);
  EXPECT_EQ(study->trials.size(), 6);
}

TEST_F(RunnerTest, TheStatusFileHasTheLastWord) {
  ASSERT_OK(Run(PlanOf(kTinySpec)));
  const Json status = *ParseJson(*ReadFile(folder_ + "/status.json"));
  EXPECT_EQ(status["state"], "completed");
  EXPECT_EQ(status["trials"]["done"], 6);
  EXPECT_GE(status["overhead"], 0);
  EXPECT_LE(status["overhead"], 1);
  EXPECT_TRUE(status["workers"].empty());
}

}  // namespace
}  // namespace bigstep

// The test is its own worker.
int main(int argc, char** argv) {
  if (bigstep::IsWorker(argc, argv)) return bigstep::RunWorker();
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
