#include "base/exit_code.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace bigstep
