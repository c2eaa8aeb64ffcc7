#include "experiments/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace bigstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ProgressTest, DurationsReadAsPeopleSayThem) {
  EXPECT_EQ(FormatDuration(0.24), "0.2 s");
  EXPECT_EQ(FormatDuration(9.96), "0:10");
  EXPECT_EQ(FormatDuration(187), "3:07");
  EXPECT_EQ(FormatDuration(7391), "2:03:11");  // 2 * 3600 + 3 * 60 + 11.
}

TEST(ProgressTest, OffATerminalEveryLineIsPlain) {
  std::ostringstream out;
  Progress progress(out, /*terminal=*/false, 2);
  progress.Start("lr=0.1 seed 0", 100);
  progress.Step(1, 0.5);
  progress.Evaluated(
      {100, 0.4, {{"accuracy", {{"train", 0.75}, {"unbiased_test", 0.5}}}}});
  progress.Finish("completed");
  EXPECT_THAT(out.str(), StartsWith("[1/2] lr=0.1 seed 0 | started\n"
                                    "[1/2] lr=0.1 seed 0 | completed | train "
                                    "0.750, unbiased test 0.500 | "));
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

TEST(ProgressTest, OnATerminalTheLineIsReplaced) {
  std::ostringstream out;
  Progress progress(out, /*terminal=*/true, 1);
  progress.Start("lr=0.1 seed 0", 100);
  progress.Finish("completed");
  EXPECT_THAT(out.str(), StartsWith("\r\x1b[K[1/1] lr=0.1 seed 0 | completed"));
}

}  // namespace
}  // namespace bigstep
