#include "experiments/records/trial_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::UnorderedElementsAre;

class TrialLockTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"record.json", "log.txt", "record.json.tmp-host-1", "lock",
          "checkpoint.bigstep", "checkpoint.bigstep.tmp-host-1"}) {
      WriteTestFile(folder_ + "/" + name, "");
    }
  }

  std::set<std::string> Files() {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  std::string study_ = MakeTestFolder();
  std::string folder_ = study_ + "/trials/t";
};

TEST_F(TrialLockTest, ACheckpointIsKeptUnlessAskedFor) {
  RemoveLeftovers(study_, "t", /*checkpoints=*/false);
  EXPECT_THAT(Files(), UnorderedElementsAre("record.json", "log.txt", "lock",
                                            "checkpoint.bigstep"));
  EXPECT_TRUE(std::filesystem::exists(CheckpointPath(study_, "t")));
  RemoveLeftovers(study_, "t", /*checkpoints=*/true);
  EXPECT_THAT(Files(), UnorderedElementsAre("record.json", "log.txt", "lock"));
}

TEST_F(TrialLockTest, AFinishedTrialKeepsItsResultsAlone) {
  TidyFinishedTrial(study_, "t");
  EXPECT_THAT(Files(), UnorderedElementsAre("record.json", "log.txt"));
}

// Its holder trains the trial again.
TEST_F(TrialLockTest, WhatBelongsToTheHolderOfTheLockStays) {
  const auto lock = LockTrial(study_, "t");
  ASSERT_OK(lock);
  ASSERT_TRUE(lock->has_value());
  TidyFinishedTrial(study_, "t");
  EXPECT_EQ(Files().size(), 6u);
  EXPECT_FALSE(LockTrial(study_, "t")->has_value());
}

// A folder that a stranger made a link: nothing behind it is touched.
TEST_F(TrialLockTest, NothingIsRemovedBehindALink) {
  std::filesystem::create_symlink(folder_, study_ + "/trials/link");
  RemoveLeftovers(study_, "link", /*checkpoints=*/true);
  TidyFinishedTrial(study_, "link");
  EXPECT_EQ(Files().size(), 6u);
  EXPECT_TRUE(absl::IsDataLoss(LockTrial(study_, "link").status()));
}

TEST_F(TrialLockTest, AFolderThatIsNotThereDoesNotMatter) {
  RemoveLeftovers(study_, "none", true);
  TidyFinishedTrial(study_, "none");
  EXPECT_FALSE(std::filesystem::exists(study_ + "/trials/none"));
}

}  // namespace
}  // namespace bigstep
