// The exit codes that the programs share.
#ifndef BIGSTEP_BASE_EXIT_CODE_H_
#define BIGSTEP_BASE_EXIT_CODE_H_

#include "absl/status/statusor.h"

namespace bigstep {

inline constexpr int kExitOk = 0;
inline constexpr int kExitDifferent = 1;  // Ran, but not all is well.
inline constexpr int kExitBadInput = 2;
inline constexpr int kExitUnavailable = 3;
inline constexpr int kExitInterrupted = 130;  // 128 + SIGINT, as in shells.

// For the end of main(): `result`, or prints its error to standard error and
// returns the code for it: interrupted if Cancelled, unavailable if
// Unavailable, else bad input.
int ExitCode(const absl::StatusOr<int>& result);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_EXIT_CODE_H_
