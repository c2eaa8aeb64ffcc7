#include "base/exceptions.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>

#include "absl/status/statusor.h"

namespace bigstep {
namespace {

TEST(ExceptionsTest, WhatIsReturnedPasses) {
  EXPECT_TRUE(CatchExceptions([] { return absl::OkStatus(); }).ok());
  EXPECT_EQ(*CatchExceptions([]() -> absl::StatusOr<int> { return 3; }), 3);
  EXPECT_EQ(CatchExceptions([] { return absl::DataLossError("x"); }).code(),
            absl::StatusCode::kDataLoss);
}

TEST(ExceptionsTest, WhatLibtorchThrowsLosesItsBacktrace) {
  const absl::Status status = CatchExceptions([]() -> absl::Status {
    at::mm(at::ones({2, 3}), at::ones({2, 3}));
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  const std::string message(status.message());
  EXPECT_THAT(message, testing::HasSubstr("mat1 and mat2 shapes"));
  EXPECT_THAT(message, testing::Not(testing::HasSubstr("frame #")));
}

TEST(ExceptionsTest, OtherExceptionsAreCaughtToo) {
  const auto status = CatchExceptions(
      []() -> absl::Status { throw std::out_of_range("position 7"); });
  EXPECT_EQ(status, absl::InternalError("position 7"));
}

TEST(ExceptionsTest, MemoryThatRunsOutIsTheMachinesFault) {
  const absl::Status status = CatchExceptions([]() -> absl::Status {
    // As at::empty fails.
    TORCH_CHECK(false,
                "DefaultCPUAllocator: can't allocate memory: you tried "
                "to allocate 144115188075855872 bytes.");
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(status.message()),
              testing::StartsWith("memory ran out: "));
  EXPECT_EQ(
      CatchExceptions([]() -> absl::Status { throw std::bad_alloc(); }).code(),
      absl::StatusCode::kAborted);
}

// The texts are those of LibTorch 1.13 to 2.14 (c10/cuda/CUDACachingAllocator,
// CUDAException, ATen/cuda/Exceptions.h).
TEST(ExceptionsTest, SoAreFailuresOfADevice) {
  for (const char* text :
       {"CUDA out of memory. Tried to allocate 2.00 GiB",
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling cublasSgemm",
        "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR"}) {
    const absl::Status status = CatchExceptions(
        [text]() -> absl::Status { throw std::runtime_error(text); });
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << text;
  }
  for (const char* text :
       {"CUDA error: device-side assert triggered",
        "CUDA error: no kernel image is available for execution",
        "CUDA error: CUBLAS_STATUS_INVALID_VALUE when calling cublasSgemm"}) {
    const absl::Status status = CatchExceptions(
        [text]() -> absl::Status { throw std::runtime_error(text); });
    EXPECT_EQ(status, absl::InternalError(text));
  }
}

}  // namespace
}  // namespace bigstep
