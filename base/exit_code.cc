#include "base/exit_code.h"

#include <iostream>

#include "absl/status/status.h"

namespace bigstep {

int ExitCode(const absl::StatusOr<int>& result) {
  if (result.ok()) return *result;
  std::cerr << result.status().message() << "\n";
  switch (result.status().code()) {
    case absl::StatusCode::kCancelled:
      return kExitInterrupted;
    case absl::StatusCode::kUnavailable:
      return kExitUnavailable;
    default:
      return kExitBadInput;
  }
}

}  // namespace bigstep
