// The exit codes that the programs share, and what every main() does.
#ifndef BIGSTEP_BASE_EXIT_CODE_H_
#define BIGSTEP_BASE_EXIT_CODE_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace bigstep {

inline constexpr int kExitOk = 0;
inline constexpr int kExitDifferent = 1;  // Ran, but not all is well.
inline constexpr int kExitBadInput = 2;
inline constexpr int kExitUnavailable = 3;
inline constexpr int kExitBug = 70;           // EX_SOFTWARE of sysexits.h.
inline constexpr int kExitInterrupted = 130;  // 128 + SIGINT, as in shells.

// `result`, or prints its error to standard error and returns the code for it:
// interrupted if Cancelled, unavailable if Unavailable, else bad input.
int ExitCode(const absl::StatusOr<int>& result);

// Flushes standard output. Unavailable if something of it was lost: the disk is
// full, or it was closed when the program started. A reader that left early, as
// in `| head`, is not an error.
absl::Status FlushStandardOutput();

// The rest of main(), after InitializeLog: opens standard streams that are
// closed, so that no file takes their place; calls `program`; checks standard
// output; returns the exit code. An exception that escapes from `program` is
// one line on standard error, and kExitBug.
int RunProgram(const std::function<absl::StatusOr<int>()>& program);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_EXIT_CODE_H_
