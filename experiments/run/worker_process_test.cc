#include "experiments/run/worker_process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/testing.h"

namespace bigstep {
namespace {

std::unique_ptr<WorkerProcess> StartShell(const std::string& script) {
  signal(SIGPIPE, SIG_IGN);
  auto process = WorkerProcess::Start({{"/bin/sh", "-c", script}, {}});
  EXPECT_OK(process);
  return std::move(process).value();
}

// All reports until the process has ended.
std::vector<Json> AllReports(WorkerProcess& process) {
  std::vector<Json> all;
  while (!process.ended()) {
    struct pollfd fd = {process.reports_fd(), POLLIN, 0};
    poll(&fd, 1, /*milliseconds=*/10000);
    for (Json& report : process.TakeReports()) all.push_back(std::move(report));
  }
  return all;
}

TEST(WorkerProcessTest, OrdersComeInAndReportsGoOut) {
  const auto process = StartShell(
      "while read -r line; do echo \"{\\\"got\\\": $line}\" >&3; "
      "done; exit 3");
  EXPECT_TRUE(process->Send({{"a", 1}}));
  EXPECT_TRUE(process->Send("b"));
  process->CloseOrders();
  EXPECT_FALSE(process->Send("c"));
  const std::vector<Json> reports = AllReports(*process);
  ASSERT_EQ(reports.size(), 2);
  EXPECT_EQ(reports[0], (Json{{"got", {{"a", 1}}}}));
  EXPECT_EQ(reports[1], (Json{{"got", "b"}}));
  EXPECT_EQ(process->WaitForEnd(), "exit code 3");
}

TEST(WorkerProcessTest, WhatItPrintsStandsApart) {
  const auto process = StartShell("echo out; echo error >&2; echo '{}' >&3");
  EXPECT_EQ(AllReports(*process), std::vector<Json>{Json::object()});
  process->WaitForEnd();
  EXPECT_EQ(process->TakePrinted(), (std::vector<std::string>{"out", "error"}));
}

TEST(WorkerProcessTest, ReportsThatAreNotJsonAreTexts) {
  const auto process =
      StartShell("echo '{} noise' >&3; echo '[]' >&3; printf '{\"cut' >&3");
  EXPECT_EQ(AllReports(*process),
            (std::vector<Json>{"{} noise", Json::array()}));
}

TEST(WorkerProcessTest, TheSignalThatEndedItIsNamed) {
  const auto process = StartShell("kill -SEGV $$");
  EXPECT_TRUE(AllReports(*process).empty());
  EXPECT_EQ(process->WaitForEnd(), "killed by SIGSEGV");
}

TEST(WorkerProcessTest, StopAsksAndKillDoesNot) {
  const char* const script =
      "trap 'echo \"{\\\"stopped\\\": 1}\" >&3; exit 0' TERM; echo '{}' >&3; "
      "while :; do sleep 0.05; done";
  const auto process = StartShell(script);
  while (process->TakeReports().empty()) usleep(1000);
  process->Stop();
  EXPECT_EQ(AllReports(*process), std::vector<Json>{(Json{{"stopped", 1}})});
  EXPECT_EQ(process->WaitForEnd(), "exit code 0");
  const auto killed = StartShell(script);
  while (killed->TakeReports().empty()) usleep(1000);
  killed->Kill();
  EXPECT_TRUE(AllReports(*killed).empty());
  EXPECT_EQ(killed->WaitForEnd(), "killed by SIGKILL");
}

TEST(WorkerProcessTest, CtrlCDoesNotReachIt) {
  const auto process = StartShell("kill -INT $$; kill -USR1 $$; exit 5");
  AllReports(*process);
  EXPECT_EQ(process->WaitForEnd(), "exit code 5");
}

TEST(WorkerProcessTest, ItDiesWithItsSupervisor) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t supervisor = fork();
  if (supervisor == 0) {
    const auto process = StartShell("echo '{}' >&3; exec sleep 1000");
    while (process->TakeReports().empty()) usleep(1000);
    const pid_t worker = process->pid();
    (void)!write(ends[1], &worker, sizeof(worker));
    for (;;) pause();
  }
  pid_t worker = 0;
  ASSERT_EQ(read(ends[0], &worker, sizeof(worker)),
            static_cast<ssize_t>(sizeof(worker)));
  EXPECT_EQ(kill(worker, 0), 0);
  kill(supervisor, SIGKILL);
  waitpid(supervisor, nullptr, 0);
  // Init, or whoever stands for it, collects the dead; give it ten seconds. A
  // dead one that nobody collects has no command line.
  bool alive = true;
  for (int i = 0; i < 1000 && alive; ++i) {
    usleep(10000);
    alive =
        kill(worker, 0) == 0 &&
        !ReadTestFile("/proc/" + std::to_string(worker) + "/cmdline").empty();
  }
  EXPECT_FALSE(alive);
}

TEST(WorkerProcessTest, VariablesAreSetBeforeItStarts) {
  setenv("BIGSTEP_A", "old", 1);
  setenv("BIGSTEP_B", "kept", 1);
  auto process =
      WorkerProcess::Start({{"/bin/sh", "-c", "echo $BIGSTEP_A $BIGSTEP_B"},
                            {{"BIGSTEP_A", "new"}}});
  ASSERT_OK(process);
  (*process)->WaitForEnd();
  EXPECT_EQ((*process)->TakePrinted(), std::vector<std::string>{"new kept"});
}

TEST(WorkerProcessTest, AProgramThatIsNotThereSaysSo) {
  auto process = WorkerProcess::Start({{"/none/such"}, {}});
  ASSERT_OK(process);
  EXPECT_EQ((*process)->WaitForEnd(), "exit code 127");
  EXPECT_EQ((*process)->TakePrinted(),
            std::vector<std::string>{"No such file or directory"});
}

}  // namespace
}  // namespace bigstep
