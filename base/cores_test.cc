#include "base/cores.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace bigstep
