// Converts exceptions of LibTorch to statuses; our own code does not throw.
#ifndef BIGSTEP_BASE_EXCEPTIONS_H_
#define BIGSTEP_BASE_EXCEPTIONS_H_

#include <c10/util/Exception.h>

#include <exception>
#include <type_traits>

#include "absl/status/status.h"

namespace bigstep {

// Runs `work`, a function that returns absl::Status or absl::StatusOr. An
// exception (shapes that do not fit, memory exhausted) becomes an Internal
// status.
template <class Work>
std::invoke_result_t<Work> CatchExceptions(const Work& work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    return absl::InternalError(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  }
}

}  // namespace bigstep

#endif  // BIGSTEP_BASE_EXCEPTIONS_H_
