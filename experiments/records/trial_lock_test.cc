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

class TrialFolderTest : public testing::Test {
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

  std::string folder_ = MakeTestFolder();
};

TEST_F(TrialFolderTest, ACheckpointIsKeptUnlessAskedFor) {
  RemoveLeftovers(folder_, /*checkpoints=*/false);
  EXPECT_THAT(Files(), UnorderedElementsAre("record.json", "log.txt", "lock",
                                            "checkpoint.bigstep"));
  EXPECT_TRUE(std::filesystem::exists(CheckpointPath(folder_)));
  RemoveLeftovers(folder_, /*checkpoints=*/true);
  EXPECT_THAT(Files(), UnorderedElementsAre("record.json", "log.txt", "lock"));
}

TEST_F(TrialFolderTest, AFinishedTrialKeepsItsResultsAlone) {
  TidyFinishedTrial(folder_);
  EXPECT_THAT(Files(), UnorderedElementsAre("record.json", "log.txt"));
}

TEST_F(TrialFolderTest, ALockThatIsHeldStays) {
  const auto lock = LockTrial(folder_);
  ASSERT_OK(lock);
  ASSERT_TRUE(lock->has_value());
  TidyFinishedTrial(folder_);
  EXPECT_THAT(Files(), UnorderedElementsAre("record.json", "log.txt", "lock"));
  EXPECT_FALSE(LockTrial(folder_)->has_value());
}

TEST_F(TrialFolderTest, AFolderThatIsNotThereDoesNotMatter) {
  RemoveLeftovers(folder_ + "/none", true);
  TidyFinishedTrial(folder_ + "/none");
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/none"));
}

}  // namespace
}  // namespace bigstep
