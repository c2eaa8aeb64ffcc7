// Before base/log.h on purpose, see log_test.cc. The empty line keeps it there.
#include <c10/util/Logging.h>

#include "base/log.h"

// clang-format moves nothing across an empty line.
#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(LogAfterTorchDeathTest, OurCheckKeepsItsMeaning) {
  BIGSTEP_CHECK(true) << "never";
  EXPECT_DEATH(BIGSTEP_CHECK(1 == 2) << "text", "check failed: 1 == 2 text");
}

TEST(LogAfterTorchTest, LibTorchMacrosStillCompile) {
  TORCH_CHECK(true, "never");
#ifdef CHECK_EQ  // Those of LibTorch or of the glog it was built with.
  CHECK_EQ(1 + 1, 2) << "never";
#endif
  BIGSTEP_LOG(INFO) << "a line";
}

}  // namespace
}  // namespace bigstep
