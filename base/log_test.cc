#include "base/log.h"

// After base/log.h on purpose: its CHECK and LOG must not disturb ours, nor
// ours them. log_after_torch_test includes them in the other order.
#include <c10/util/Logging.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace bigstep {
namespace {

TEST(LogDeathTest, FailedCheckDiesWithConditionAndText) {
  const int rank = 3;
  EXPECT_DEATH(
      BIGSTEP_CHECK(rank == 2) << "the rank is " << rank << "; reshape",
      "F.* .*log_test\\.cc:[0-9]+\\] check failed: rank == 2 the rank is 3; "
      "reshape");
}

TEST(LogDeathTest, FatalDies) {
  EXPECT_DEATH(BIGSTEP_LOG(FATAL) << "no " << 7,
               "F.* .*log_test\\.cc:[0-9]+\\] no 7");
}

TEST(LogDeathTest, InitializedLogGoesToStandardError) {
  EXPECT_EXIT(
      {
        InitializeLog("log_test");
        BIGSTEP_LOG(INFO) << "prepared " << 10;
        std::exit(0);
      },
      testing::ExitedWithCode(0), "I.* .*log_test\\.cc:[0-9]+\\] prepared 10");
  EXPECT_EXIT(
      {
        InitializeLog("log_test");
        BIGSTEP_LOG(WARNING) << "slow";
        std::exit(0);
      },
      testing::ExitedWithCode(0), "W.* .*log_test\\.cc:[0-9]+\\] slow");
  EXPECT_EXIT(
      {
        InitializeLog("log_test");
        BIGSTEP_LOG(ERROR) << "wrong";
        std::exit(0);
      },
      testing::ExitedWithCode(0), "E.* .*log_test\\.cc:[0-9]+\\] wrong");
}

TEST(LogTest, PassingCheckIsSilentAndBuildsNoText) {
  int texts = 0;
  const auto text = [&texts] {
    ++texts;
    return "text";
  };
  testing::internal::CaptureStderr();
  BIGSTEP_CHECK(1 + 1 == 2) << text();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(texts, 0);
}

TEST(LogTest, ConditionIsEvaluatedOnce) {
  int calls = 0;
  BIGSTEP_CHECK(++calls > 0);
  EXPECT_EQ(calls, 1);
}

TEST(LogTest, CheckIsOneStatementWithoutBraces) {
  // -Wdangling-else with -Werror decides whether this compiles.
  std::string way;
  for (const bool check : {true, false}) {
    if (check)
      BIGSTEP_CHECK(check) << "never";
    else
      way += "else";
    if (check) BIGSTEP_CHECK(check);
  }
  EXPECT_EQ(way, "else");
}

TEST(LogTest, LibTorchMacrosWorkBesideOurs) {
  TORCH_CHECK(true, "never");
#ifdef CHECK_EQ  // Those of LibTorch or of the glog it was built with.
  CHECK_EQ(1 + 1, 2) << "never";
#endif
  BIGSTEP_CHECK(true) << "never";
}

}  // namespace
}  // namespace bigstep
