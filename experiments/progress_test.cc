#include "experiments/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace bigstep {
namespace {

using ::testing::HasSubstr;

const HistoryRow kRow = {
    100, 0.4, {{"accuracy", {{"train", 0.75}, {"unbiased_test", 0.5}}}}};

class ProgressTest : public testing::Test {
 protected:
  Progress Make(int columns) {
    return Progress(out_, columns, [this] { return now_; });
  }

  void Wait(double seconds) {
    now_ += std::chrono::duration_cast<Progress::Clock::duration>(
        std::chrono::duration<double>(seconds));
  }

  std::string TakeOutput() {
    std::string text = out_.str();
    out_.str("");
    return text;
  }

  std::ostringstream out_;
  Progress::Clock::time_point now_;
};

TEST(FormatDurationTest, ReadsAsPeopleSayIt) {
  EXPECT_EQ(FormatDuration(0.24), "0.2 s");
  EXPECT_EQ(FormatDuration(9.96), "0:10");
  EXPECT_EQ(FormatDuration(187), "3:07");
  EXPECT_EQ(FormatDuration(7391), "2:03:11");  // 2 * 3600 + 3 * 60 + 11.
}

TEST_F(ProgressTest, OffATerminalLinesArePlainAndFew) {
  Progress progress = Make(0);
  progress.SetTrials(2);
  progress.Start("lr=0.1 seed 0", 100);
  Wait(1);
  progress.Step(1, 0.5);  // Less than a minute: not shown.
  progress.Evaluated(kRow);
  Wait(3.2);
  progress.Finish("completed");
  EXPECT_EQ(TakeOutput(),
            "[1/2] lr=0.1 seed 0 | started\n"
            "[1/2] lr=0.1 seed 0 | completed | train 0.750, unbiased test "
            "0.500 | 4.2 s\n");
}

TEST_F(ProgressTest, TheLineShowsRateLossAndTimeLeft) {
  Progress progress = Make(200);
  progress.SetTrials(3);
  progress.Start("first", 100);
  Wait(60);
  progress.Finish("completed");
  TakeOutput();
  progress.Start("second", 100);
  Wait(30);
  progress.Step(50, 0.25);
  // By hand: 50 steps in 30 s; 1.5 of 3 trials in 90 s leave another 90 s.
  EXPECT_EQ(TakeOutput(),
            "\r\x1b[K[2/3] second | step 50/100 | 2 steps/s | loss 0.25 | ETA "
            "1:30");
}

TEST_F(ProgressTest, OnATerminalTheLineFitsAndIsRewritten) {
  Progress progress = Make(40);
  progress.SetTrials(1);
  progress.Start("lr=0.1 seed 0", 100);
  EXPECT_EQ(TakeOutput(), "");
  Wait(0.1);
  progress.Step(1, 0.5);  // Too soon after the start.
  EXPECT_EQ(TakeOutput(), "");
  Wait(0.2);
  progress.Step(2, 0.5);
  // Clear, then 39 of 40 columns.
  EXPECT_EQ(TakeOutput(), "\r\x1b[K[1/1] lr=0.1 seed 0 | step 2/100 | 7 st");
  progress.Abandon();
  EXPECT_EQ(TakeOutput(), "\r\x1b[K");
}

TEST_F(ProgressTest, WithoutTheAccuracyMetricItIsLeftOut) {
  Progress progress = Make(0);
  progress.SetTrials(1);
  progress.Start("lr=0.1 seed 0", 100);
  progress.Evaluated({100, 0.4, Json::object()});
  progress.Finish("diverged at step 7");
  EXPECT_THAT(TakeOutput(), HasSubstr("seed 0 | diverged at step 7 | 0.0 s\n"));
}

}  // namespace
}  // namespace bigstep
