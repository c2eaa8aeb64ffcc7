#include "base/file_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

class FileLockTest : public testing::Test {
 protected:
  // Whether the lock can be had now.
  bool Free() { return FileLock::Try(path_).value().has_value(); }

  std::string path_ = MakeTestFolder() + "/lock";
};

TEST_F(FileLockTest, OneHoldsItAtATime) {
  {
    const auto lock = FileLock::Try(path_);
    ASSERT_OK(lock);
    EXPECT_TRUE(lock->has_value());
    EXPECT_FALSE(Free());
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_TRUE(Free());
}

TEST_F(FileLockTest, AFileLeftBehindIsNotLocked) {
  WriteTestFile(path_, "");
  EXPECT_TRUE(Free());
}

TEST_F(FileLockTest, AKilledProcessHoldsNothing) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = FileLock::Try(path_).value();
    (void)!write(ready[1], lock ? "y" : "n", 1);
    for (;;) pause();
  }
  char got = 0;
  ASSERT_EQ(read(ready[0], &got, 1), 1);
  EXPECT_EQ(got, 'y');
  EXPECT_FALSE(Free());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(std::filesystem::exists(path_));
  EXPECT_TRUE(Free());
}

// The file is removed by each holder while others are about to lock it.
TEST_F(FileLockTest, ManyNeverHoldItTogether) {
  int inside = 0;  // A data race if two are inside at once; tsan sees it too.
  int together = 0, turns = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int had = 0; had < 100;) {
        const auto lock = FileLock::Try(path_).value();
        if (!lock) {
          std::this_thread::yield();
          continue;
        }
        if (++inside != 1) ++together;
        std::this_thread::yield();
        --inside;
        ++turns;
        ++had;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(together, 0);
  EXPECT_EQ(turns, 4 * 100);
}

TEST_F(FileLockTest, WaitReturnsOnceTheLockIsFree) {
  std::optional<FileLock> first = FileLock::Try(path_).value();
  std::atomic<bool> released = false;
  std::thread second([&] {
    const auto lock = FileLock::Wait(path_, "a test", [] { return false; });
    ASSERT_OK(lock);
    EXPECT_TRUE(released);
    EXPECT_TRUE(lock->has_value());
    // The first removed its file: this is another one.
    EXPECT_TRUE(std::filesystem::exists(path_));
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  released = true;
  first.reset();
  second.join();
  EXPECT_TRUE(Free());
}

TEST_F(FileLockTest, WaitEndsAtOnceWhenInterrupted) {
  const std::optional<FileLock> first = FileLock::Try(path_).value();
  std::atomic<bool> interrupted = false;
  absl::Status status;
  std::thread second([&] {
    status = FileLock::Wait(path_, "the data of another", [&] {
               return interrupted.load();
             }).status();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const auto start = std::chrono::steady_clock::now();
  interrupted = true;
  second.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(status.message(),
            absl::StrCat("interrupted while waiting for the data of another: ",
                         path_, " is locked by process ", getpid()));
}

TEST_F(FileLockTest, WaitSaysWhatForAfterASecond) {
  const std::optional<FileLock> first = FileLock::Try(path_).value();
  const auto log_of = [this](std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    testing::internal::CaptureStderr();
    EXPECT_FALSE(FileLock::Wait(path_, "a report", [end] {
                   return std::chrono::steady_clock::now() > end;
                 }).ok());
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_EQ(log_of(std::chrono::milliseconds(300)), "");
  const std::string text =
      absl::StrCat("waiting for a report: ", path_, " is locked by process ",
                   getpid(), "\n");
  const std::string log = log_of(std::chrono::seconds(3));
  EXPECT_NE(log.find(text), std::string::npos) << log;
  EXPECT_EQ(log.find(text), log.rfind(text)) << log;
}

TEST_F(FileLockTest, AFolderThatIsNotThereIsAnError) {
  const auto lock = FileLock::Try(path_ + "/none/lock");
  EXPECT_EQ(lock.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(std::string(lock.status().message()).find("/none/lock"),
            std::string::npos);
}

}  // namespace
}  // namespace bigstep
