#include "base/exceptions.h"

#include <c10/util/Exception.h>

#include <new>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

// How messages of LibTorch and the system name them: only for a GPU's memory is
// there a class.
constexpr const char* kOutOfMemory[] = {
    "out of memory", "can't allocate memory", "Cannot allocate memory",
    "_STATUS_ALLOC_FAILED"};
constexpr const char* kDeviceFailure[] = {
    "CUDA error",    "CUDA driver error", "cuDNN error",      "CUBLAS_STATUS_",
    "CUDNN_STATUS_", "CUSOLVER_STATUS_",  "CUSPARSE_STATUS_",
};
// What another attempt would meet again: wrong arguments, an index out of
// range, a program for other GPUs.
constexpr const char* kOurFault[] = {"INVALID_VALUE", "BAD_PARAM",
                                     "NOT_SUPPORTED", "device-side assert",
                                     "no kernel image"};

template <class Words>
bool SaysAny(const std::string& message, const Words& words) {
  for (const char* const word : words) {
    if (absl::StrContains(message, word)) return true;
  }
  return false;
}

}  // namespace

absl::Status StatusOf(const std::exception& error) {
  const auto* const of_libtorch = dynamic_cast<const c10::Error*>(&error);
  const std::string message = of_libtorch != nullptr
                                  ? of_libtorch->what_without_backtrace()
                                  : error.what();
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
      dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
      SaysAny(message, kOutOfMemory)) {
    return absl::AbortedError(absl::StrCat("memory ran out: ", message));
  }
  if (SaysAny(message, kDeviceFailure) && !SaysAny(message, kOurFault)) {
    return absl::AbortedError(absl::StrCat("the device failed: ", message));
  }
  return absl::InternalError(message);
}

}  // namespace bigstep
