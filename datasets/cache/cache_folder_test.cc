#include "datasets/cache/cache_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "base/file_lock.h"
#include "base/interrupt.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

class CacheFolderTest : public testing::Test {
 protected:
  const std::string root_ = MakeTestFolder();
  const std::string path_ = root_ + "/stem.lock";
  const CacheFolder folder_{{root_, "", 0, 0}};
};

TEST_F(CacheFolderTest, ThoseWhoWaitedInVainDoNotBlockOthers) {
  std::optional<FileLock> first;
  EXPECT_EQ(*folder_.FindOrLock({"stem", 0, "key"}, &first), nullptr);
  EXPECT_TRUE(first.has_value());
  EXPECT_TRUE(std::filesystem::exists(path_));
  // The log, which says after a second that the other waits.
  const std::string log = MakeTestFolder() + "/log";
  WriteTestFile(log, "");
  const int old_stderr = dup(STDERR_FILENO);
  const int log_fd = open(log.c_str(), O_WRONLY | O_APPEND);
  dup2(log_fd, STDERR_FILENO);
  std::thread second([&] {
    std::optional<FileLock> lock;
    EXPECT_EQ(*folder_.FindOrLock({"stem", 0, "key"}, &lock), nullptr);
    EXPECT_FALSE(lock.has_value());
    EXPECT_FALSE(std::filesystem::exists(path_));
  });
  const std::string said =
      "waiting for a dataset that another process prepares: " + path_;
  for (int i = 0; i < 600 && !absl::StrContains(ReadTestFile(log), said); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  first.reset();
  second.join();
  dup2(old_stderr, STDERR_FILENO);
  close(old_stderr);
  close(log_fd);
  EXPECT_THAT(ReadTestFile(log), HasSubstr(said));
}

TEST_F(CacheFolderTest, AnInterruptEndsTheWaitForAnotherProcess) {
  std::optional<FileLock> first;
  EXPECT_EQ(*folder_.FindOrLock({"stem", 0, "key"}, &first), nullptr);
  const pid_t child = fork();
  if (child == 0) {
    CatchTermination();
    std::optional<FileLock> lock;
    const absl::Status status =
        folder_.FindOrLock({"stem", 0, "key"}, &lock).status();
    _exit(absl::IsCancelled(status) ? 42 : 1);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto start = std::chrono::steady_clock::now();
  kill(child, SIGTERM);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
}

}  // namespace
}  // namespace bigstep
