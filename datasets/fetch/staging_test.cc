#include "datasets/fetch/staging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "base/testing.h"
#include "datasets/fetch/testing/test_files.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(StagingTest, LeavesNothingIfNothingIsLeftInIt) {
  const std::string root = MakeTestFolder();
  {
    const auto staging = Staging::Open(root, "mnist");
    ASSERT_OK(staging);
    EXPECT_EQ((*staging)->Path("a"), root + "/.fetch/mnist/a");
    EXPECT_THAT(ListFolder(root),
                ElementsAre(".fetch", ".fetch/mnist", ".fetch/mnist/lock"));
  }
  EXPECT_THAT(ListFolder(root), IsEmpty());
}

TEST(StagingTest, KeepsWhatIsLeftInIt) {
  const std::string root = MakeTestFolder();
  WriteTestFile((*Staging::Open(root, "mnist"))->Path("a.part"), "x");
  EXPECT_OK(Staging::Open(root, "frost"));
  EXPECT_EQ(ReadTestFile(root + "/.fetch/mnist/a.part"), "x");
}

TEST(StagingTest, IsForOneAtATime) {
  const std::string root = MakeTestFolder();
  const auto first = Staging::Open(root, "mnist");
  ASSERT_OK(first);
  const absl::Status second = Staging::Open(root, "mnist").status();
  EXPECT_EQ(second.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(std::string(second.message()),
            "another process is fetching to " + root +
                "/.fetch/mnist; wait until it has ended");
  EXPECT_OK(Staging::Open(root, "frost"));
}

// A lock on a file that its last owner has removed keeps nobody out.
TEST(StagingTest, IsForOneAtATimeAlsoWhileOthersEnd) {
  const std::string root = MakeTestFolder();
  std::atomic<int> holders = 0;
  const auto open_often = [&] {
    for (int i = 0; i < 1000; ++i) {
      const auto staging = Staging::Open(root, "mnist");
      if (!staging.ok()) {
        EXPECT_EQ(staging.status().code(), absl::StatusCode::kAborted)
            << staging.status();
        continue;
      }
      EXPECT_EQ(++holders, 1);
      // Long enough for a second holder to be noticed.
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      --holders;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(open_often);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace bigstep
