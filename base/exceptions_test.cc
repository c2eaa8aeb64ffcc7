#include "base/exceptions.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
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
  const auto status =
      CatchExceptions([]() -> absl::Status { throw std::bad_alloc(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace bigstep
