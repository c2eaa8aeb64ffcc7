// Converts exceptions of LibTorch to statuses; our own code does not throw.
#ifndef BIGSTEP_BASE_EXCEPTIONS_H_
#define BIGSTEP_BASE_EXCEPTIONS_H_

#include <exception>
#include <type_traits>

#include "absl/status/status.h"

namespace bigstep {

// What an exception says. Aborted if memory ran out or, by the words of
// LibTorch's messages, a GPU failed, which another attempt need not meet. Else
// Internal: shapes that do not fit.
absl::Status StatusOf(const std::exception& error);

// Runs `work`, a function that returns absl::Status or absl::StatusOr. An
// exception becomes its StatusOf.
template <class Work>
std::invoke_result_t<Work> CatchExceptions(const Work& work) {
  try {
    return work();
  } catch (const std::exception& error) {
    return StatusOf(error);
  }
}

}  // namespace bigstep

#endif  // BIGSTEP_BASE_EXCEPTIONS_H_
