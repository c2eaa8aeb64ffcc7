#include "base/exit_code.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <iostream>

#include "absl/status/status.h"
#include "base/terminal_text.h"

namespace bigstep {
namespace {

// Gives closed standard streams a descriptor on which reading and writing
// fails as on a closed one.
void OpenStandardStreams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free descriptor is `fd`. The wrong direction: EBADF.
    (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

// Whether standard output is a pipe whose reader has gone.
bool ReaderHasGone() {
  struct pollfd out = {STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

int CodeOf(const std::function<absl::StatusOr<int>()>& program) {
  try {
    return ExitCode(program());
  } catch (const std::exception& error) {
    std::cerr << "internal error: " << VisibleText(error.what())
              << "; please report it with the command and its files\n";
    return kExitBug;
  }
}

}  // namespace

int ExitCode(const absl::StatusOr<int>& result) {
  if (result.ok()) return *result;
  std::cerr << VisibleLines(result.status().message()) << "\n";
  switch (result.status().code()) {
    case absl::StatusCode::kCancelled:
      return kExitInterrupted;
    case absl::StatusCode::kUnavailable:
      return kExitUnavailable;
    default:
      return kExitBadInput;
  }
}

absl::Status FlushStandardOutput() {
  const bool failed_before = !std::cout || std::ferror(stdout) != 0;
  errno = 0;
  if (std::fflush(stdout) == 0 && !failed_before) return absl::OkStatus();
  if (errno == EPIPE || ReaderHasGone()) return absl::OkStatus();
  const bool closed = (fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) == O_RDONLY;
  if (errno == 0 && !closed) {  // The error of an earlier write is lost.
    return absl::UnavailableError(
        "cannot write standard output: what was printed is not complete (is "
        "the disk full?)");
  }
  return absl::UnavailableError(
      absl::ErrnoToStatus(closed ? EBADF : errno,
                          "cannot write standard output")
          .message());
}

int RunProgram(const std::function<absl::StatusOr<int>()>& program) {
  OpenStandardStreams();
  const int code = CodeOf(program);
  const absl::Status flushed = FlushStandardOutput();
  if (flushed.ok()) return code;
  std::cerr << flushed.message() << "\n";
  return code == kExitOk || code == kExitDifferent ? kExitUnavailable : code;
}

}  // namespace bigstep
