// Several workers, workers that fail, and several runs on one folder;
// runner_test.cc has what one run does on its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file_lock.h"
#include "base/files.h"
#include "experiments/records/record_writer.h"
#include "experiments/records/study.h"
#include "experiments/run/testing.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

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

TEST_F(RunnerTest, ALostWorkerCostsOneAttempt) {
  struct {
    const char* kind;
    const char* reason;
    const char* printed;  // Kept beside the record.
  } const cases[] = {
      {"abort", "the worker died: killed by SIGABRT; nothing works any more",
       "nothing works any more"},
      {"memory", "memory ran out: std::bad_alloc", ""},
  };
  for (const auto& [kind, reason, printed] : cases) {
    SCOPED_TRACE(kind);
    const Plan plan = CrashingPlan(absl::StrCat("kind: ", kind));
    folder_ = options_.setup.study_folder = MakeTestFolder();
    const auto summary = Run(plan);
    ASSERT_OK(summary);
    EXPECT_EQ(summary->trained, 2);
    EXPECT_EQ(summary->failed, 0);
    EXPECT_EQ(summary->attempts_lost, 1);
    EXPECT_THAT(progress_.str(),
                HasSubstr(absl::StrCat("lr=0.1 seed 1 | ", reason,
                                       "; it will be tried again")));
    EXPECT_THAT(*ReadFile(TrialFolder(folder_, plan.trials[1].id) + "/log.txt"),
                HasSubstr(printed));
  }
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
      {"memory", "memory ran out: std::bad_alloc"},
  };
  for (const auto& [kind, reason] : cases) {
    SCOPED_TRACE(kind);
    const Plan plan = CrashingPlan(absl::StrCat("always: true, kind: ", kind));
    folder_ = options_.setup.study_folder = MakeTestFolder();
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

// As in the records that workers write. The worker makes its checks and dies
// with its first trial.
TEST_F(RunnerTest, TheRecordOfALostTrialHasItsProvenance) {
  options_.worker_command = {
      "/bin/sh", "-c",
      "say() { echo \"{\\\"report\\\": $1}\" >&3; }\n"
      "say '\"ready\"'\n"
      "while read -r order; do\n"
      "  case $order in\n"
      "    *'\"order\":\"check\"'*)\n"
      "      say '\"checked\", \"message\": \"\", \"sha256\": \"ab\", "
      "\"weights_bytes\": 4, \"train_examples\": 200, \"step_s\": 0' ;;\n"
      "    *'\"order\":\"run\"'*) exit 7 ;;\n"
      "  esac\n"
      "done\n"};
  options_.retries = 0;
  options_.setup.cuda_graphs = true;
  const Plan plan = CrashingPlan("kind: exit");
  ASSERT_OK(Run(plan));
  const Record lost = RecordOf(plan.trials[0]);
  EXPECT_EQ(lost.reason, "the worker died: exit code 7");
  EXPECT_EQ(lost.provenance.at("cuda_graphs"), true);
  EXPECT_EQ(lost.times.at("started").get<std::string>().size(),
            std::string("2026-01-31T23:59:59.999Z").size());
}

TEST_F(RunnerTest, AHungWorkerIsReplaced) {
  const Plan plan = CrashingPlan("kind: hang");
  options_.trial_timeout_s = 5;
  const auto summary = Run(plan);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 2);
  EXPECT_EQ(summary->failed, 0);
  EXPECT_EQ(summary->attempts_lost, 1);
  EXPECT_THAT(progress_.str(),
              HasSubstr("no result after 5 s (--trial_timeout)"));
}

TEST_F(RunnerTest, AFailedTrialIsNotTriedAgain) {
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

// The first worker is lost when it gets its first order to check; the others
// are real.
TEST_F(RunnerTest, ACheckWhoseWorkerWasLostIsMadeAgain) {
  const std::string last_argument = options_.worker_command.back();
  for (const std::string loss :
       {"kill -9 $$",
        "echo '{\"report\": \"lost\", \"reason\": \"no memory\"}' >&3"}) {
    SCOPED_TRACE(loss);
    const std::string first = absl::StrCat(MakeTestFolder(), "/first");
    folder_ = options_.setup.study_folder = MakeTestFolder();
    options_.worker_command = {"/bin/sh",
                               "-c",
                               "if mkdir \"$0\"; then\n"
                               "  echo '{\"report\": \"ready\"}' >&3\n"
                               "  while read -r order; do\n"
                               "    case $order in *'\"order\":\"check\"'*) " +
                                   loss +
                                   " ;; esac\n"
                                   "  done\n"
                                   "  exit\n"
                                   "fi 2>/dev/null\n"
                                   "exec \"$@\"",
                               first,
                               fs::read_symlink("/proc/self/exe").string(),
                               last_argument};
    const auto summary = Run(PlanOf(kTinySpec));
    ASSERT_OK(summary);
    EXPECT_EQ(summary->trained, 6);
    EXPECT_EQ(summary->attempts_lost, 0);
  }
}

TEST_F(RunnerTest, AWorkerThatReportsNonsenseEndsTheRun) {
  for (const std::string report : {"{\"report\": \"step\"}", "nonsense"}) {
    options_.worker_command = {"/bin/sh", "-c",
                               "echo '" + report + "' >&3; cat >/dev/null"};
    const absl::Status status = Run(PlanOf(kTinySpec)).status();
    EXPECT_TRUE(absl::IsInternal(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("a worker sent an unknown report: "));
  }
}

TEST_F(RunnerTest, ADeviceThatCannotBeUsedEndsTheRun) {
  options_.setup.cuda_graphs = true;  // On the CPU, which has no streams.
  const auto summary = Run(PlanOf(kTinySpec));
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(summary.status().message()),
              HasSubstr("cannot use cpu: "));
}

// A worker that reports each trial as failed, with or without asking to be
// replaced, and counts its starts in a file.
TEST_F(RunnerTest, AWorkerThatAsksForItIsReplaced) {
  for (const auto& [replace, starts] : {std::pair("false", 1), {"true", 6}}) {
    const std::string notes = absl::StrCat(MakeTestFolder(), "/starts");
    options_.worker_command = {
        "/bin/sh", "-c",
        absl::StrCat(
            "say() { echo \"{\\\"report\\\": $1}\" >&3; }\n"
            "echo started >>",
            notes,
            "\nsay '\"ready\"'\n"
            "while read -r order; do\n"
            "  case $order in\n"
            "    *'\"order\":\"check\"'*) say '\"checked\", \"message\": \"\", "
            "\"sha256\": \"ab\", \"weights_bytes\": 4, \"train_examples\": "
            "200, \"step_s\": 0' ;;\n"
            "    *'\"order\":\"run\"'*)\n"
            "      say '\"started\"'\n"
            "      say '\"finished\", \"outcome\": \"failed\", \"text\": \"\", "
            "\"reason\": \"refused\", \"work_s\": 0, \"replace\": ",
            replace,
            "' ;;\n"
            "  esac\n"
            "done")};
    const auto summary = Run(PlanOf(kTinySpec));
    ASSERT_OK(summary);
    EXPECT_EQ(summary->failed, 6);
    EXPECT_EQ(summary->attempts_lost, 0);
    EXPECT_EQ(Occurrences(*ReadFile(notes), "started"), starts) << replace;
  }
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
    if (lock && Occurrences(progress_.str(), "waiting for") == 1) {
      EXPECT_OK(WriteRecord(
          folder_,
          {plan.trials[0].id, plan.study.name, plan.trials[0].settings,
           Json::object(), "by the other run"},
          TrialResult()));
      lock.reset();
    }
    return false;
  });
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 5);
  EXPECT_EQ(summary->elsewhere, 1);
  EXPECT_EQ(Occurrences(progress_.str(),
                        "waiting for trials that other runs have locked: 1 "
                        "now, first lr=0.1 seed 0"),
            1);
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
  const auto summary = RunSome(whole, {0, 1});
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 2);
  EXPECT_EQ(DescribeUnused(*ReadFolder(folder_, whole)), "");
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
