#include "base/cores.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

class CoresTest : public testing::Test {
 protected:
  void SetSiblings(int cpu, const std::string& siblings) {
    WriteTestFile(sys_ + "/devices/system/cpu/cpu" + std::to_string(cpu) +
                      "/topology/thread_siblings_list",
                  siblings + "\n");
  }

  std::string sys_ = MakeTestFolder();
};

TEST_F(CoresTest, ThreadsOfOneCoreCountOnce) {
  SetSiblings(0, "0,2");
  SetSiblings(1, "1,3");
  SetSiblings(2, "0,2");
  SetSiblings(3, "1,3");
  EXPECT_EQ(CountCores({0, 1, 2, 3}, sys_), 2);
  EXPECT_EQ(CountCores({0, 2}, sys_), 1);  // As a CPU mask leaves them.
}

TEST_F(CoresTest, WhatIsNotDescribedIsACore) {
  EXPECT_EQ(CountCores({0, 1, 2}, sys_), 3);
}

TEST_F(CoresTest, AQuotaIsKeptTo) {
  WriteTestFile(sys_ + "/fs/cgroup/cpu.max", "150000 100000\n");
  EXPECT_EQ(CountCores({0, 1, 2, 3}, sys_), 2);  // 1.5, rounded up.
  WriteTestFile(sys_ + "/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_EQ(CountCores({0, 1, 2, 3}, sys_), 4);
  WriteTestFile(sys_ + "/fs/cgroup/cpu.max", "10000 100000\n");
  EXPECT_EQ(CountCores({0, 1, 2, 3}, sys_), 1);
}

TEST_F(CoresTest, AQuotaOfTheOldKindToo) {
  WriteTestFile(sys_ + "/fs/cgroup/cpu/cpu.cfs_quota_us", "300000\n");
  WriteTestFile(sys_ + "/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(CountCores({0, 1, 2, 3}, sys_), 3);
  WriteTestFile(sys_ + "/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(CountCores({0, 1, 2, 3}, sys_), 4);
}

TEST_F(CoresTest, ThereIsAlwaysOne) {
  EXPECT_EQ(CountCores({}, sys_), 1);
  EXPECT_GE(PhysicalCores(), 1);
}

// GrantedCpus in an environment of these variables; adds its notes to `notes`.
std::optional<int> Granted(const std::map<std::string, std::string>& variables,
                           std::vector<std::string>* notes = nullptr) {
  std::vector<std::string> own;
  const auto granted = GrantedCpus(
      [&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
      },
      notes == nullptr ? &own : notes);
  EXPECT_TRUE(own.empty()) << own[0];
  return granted;
}

TEST(GrantedCpusTest, TheTaskOfABatchSystemHasItsPart) {
  EXPECT_EQ(Granted({}), std::nullopt);
  EXPECT_EQ(Granted({{"SLURM_CPUS_PER_TASK", "4"}}), 4);
  EXPECT_EQ(Granted({{"SLURM_CPUS_PER_TASK", "4"},
                     {"SLURM_CPUS_ON_NODE", "64"},
                     {"NCPUS", "2"}}),
            4);
  EXPECT_EQ(Granted({{"SLURM_CPUS_ON_NODE", "6"}, {"NCPUS", "2"}}), 6);
  EXPECT_EQ(Granted({{"NCPUS", "3"}}), 3);
  EXPECT_EQ(Granted({{"LSB_DJOB_NUMPROC", "8"}}), 8);
  // Says nothing about this program's processes.
  EXPECT_EQ(Granted({{"OMP_NUM_THREADS", "1"}}), std::nullopt);
}

TEST(GrantedCpusTest, TasksOfAStepShareWhatIsOnTheNode) {
  EXPECT_EQ(Granted({{"SLURM_CPUS_ON_NODE", "6"},
                     {"SLURM_STEP_TASKS_PER_NODE", "3"}}),
            2);
  EXPECT_EQ(Granted({{"SLURM_CPUS_ON_NODE", "9"},
                     {"SLURM_STEP_TASKS_PER_NODE", "2(x2),4"}}),
            2);
  EXPECT_EQ(Granted({{"SLURM_CPUS_ON_NODE", "2"},
                     {"SLURM_STEP_TASKS_PER_NODE", "4"}}),
            1);
  EXPECT_EQ(Granted({{"SLURM_CPUS_ON_NODE", "2"},
                     {"SLURM_STEP_TASKS_PER_NODE", "many"}}),
            2);
}

TEST(GrantedCpusTest, WhatIsNoCountIsIgnoredAndSaid) {
  for (const char* value : {"", "0", "-1", "4x", "1e3", "two",
                            "99999999999999999999", "2\x1b[31m"}) {
    std::vector<std::string> notes;
    EXPECT_EQ(
        Granted({{"SLURM_CPUS_PER_TASK", value}, {"SLURM_CPUS_ON_NODE", "2"}},
                &notes),
        2);
    ASSERT_EQ(notes.size(), 1u) << value;
    EXPECT_EQ(notes[0],
              absl::StrCat("SLURM_CPUS_PER_TASK is ignored: expected a whole "
                           "number above 0, found '",
                           absl::CHexEscape(value), "'"));
  }
}

TEST(GrantedCpusTest, NoMoreAreUsedThanGranted) {
  setenv("SLURM_CPUS_PER_TASK", "1", 1);
  EXPECT_EQ(UsableCores(), 1);
  setenv("SLURM_CPUS_PER_TASK", "1000000", 1);
  EXPECT_EQ(UsableCores(), PhysicalCores());
  unsetenv("SLURM_CPUS_PER_TASK");
}

}  // namespace
}  // namespace bigstep
