#include "base/exit_code.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>

#include "absl/status/status.h"

namespace bigstep {
namespace {

TEST(ExitCodeTest, FollowsTheStatus) {
  EXPECT_EQ(ExitCode(1), 1);
  EXPECT_EQ(ExitCode(absl::InvalidArgumentError("wrong")), 2);
  EXPECT_EQ(ExitCode(absl::NotFoundError("missing")), 2);
  EXPECT_EQ(ExitCode(absl::UnavailableError("full")), 3);
  EXPECT_EQ(ExitCode(absl::CancelledError("interrupted")), 130);
}

TEST(ExitCodeTest, MessagesAreShownWithoutControlCharacters) {
  testing::internal::CaptureStderr();
  (void)ExitCode(absl::InvalidArgumentError("a\x1b[2J\nb"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "a<U+001B>[2J\nb\n");
}

TEST(ExitCodeTest, AnExceptionIsOneLine) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(RunProgram([]() -> absl::StatusOr<int> {
              throw std::runtime_error("two\nlines");
            }),
            70);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "internal error: two<U+000A>lines; please report it with the "
            "command and its files\n");
  EXPECT_EQ(RunProgram([] { return absl::StatusOr<int>(1); }), 1);
}

// Puts a file in the place of standard output for one scope.
class ScopedOutput {
 public:
  explicit ScopedOutput(int fd) {
    std::cout << std::flush;
    dup2(fd, STDOUT_FILENO);
    close(fd);
  }
  ScopedOutput(const ScopedOutput&) = delete;
  ScopedOutput& operator=(const ScopedOutput&) = delete;
  ~ScopedOutput() {
    (void)std::fflush(stdout);
    std::clearerr(stdout);
    std::cout.clear();
    dup2(old_, STDOUT_FILENO);
    close(old_);
  }

 private:
  const int old_ = dup(STDOUT_FILENO);
};

// The error after so many bytes were printed to `path`.
std::string ErrorOfPrinting(const char* path, int flags, size_t bytes) {
  const ScopedOutput output(open(path, flags));
  std::cout << std::string(bytes, 'x');
  return std::string(FlushStandardOutput().message());
}

TEST(StandardOutputTest, WhatIsLostIsAnError) {
  EXPECT_EQ(ErrorOfPrinting("/dev/null", O_WRONLY, 10), "");
  EXPECT_EQ(ErrorOfPrinting("/dev/full", O_WRONLY, 0), "");
  EXPECT_EQ(ErrorOfPrinting("/dev/full", O_WRONLY, 10),
            "cannot write standard output: No space left on device");
  // Beyond a buffer, the cause is not known at the end.
  EXPECT_EQ(
      ErrorOfPrinting("/dev/full", O_WRONLY, 1 << 20),
      "cannot write standard output: what was printed is not complete (is "
      "the disk full?)");
  for (const size_t bytes : {size_t{10}, size_t{1} << 20}) {
    EXPECT_EQ(ErrorOfPrinting("/dev/null", O_RDONLY, bytes),
              "cannot write standard output: Bad file descriptor");
  }
}

TEST(StandardOutputTest, AReaderThatHasGoneIsNotAnError) {
  std::signal(SIGPIPE, SIG_IGN);
  for (const size_t bytes : {size_t{10}, size_t{1} << 20}) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    close(ends[0]);
    const ScopedOutput output(ends[1]);
    std::cout << std::string(bytes, 'x');
    EXPECT_TRUE(FlushStandardOutput().ok()) << bytes;
  }
  std::signal(SIGPIPE, SIG_DFL);
}

}  // namespace
}  // namespace bigstep
