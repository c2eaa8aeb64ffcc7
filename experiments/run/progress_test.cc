#include "experiments/run/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace bigstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Mode = ProgressView::Mode;

class ProgressTest : public testing::Test {
 protected:
  Progress Make(Mode mode, int columns = 80, int rows = 24) {
    size_ = {columns, rows};
    return Progress(out_, {mode, [this] { return size_; }},
                    [this] { return now_; });
  }

  static Progress::Attempt Trial(const std::string& label, double cost = 1) {
    return {"id of " + label, label, 100, cost, 4711};
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
  TerminalSize size_;
  Progress::Clock::time_point now_;
};

TEST_F(ProgressTest, PlainLinesAreFew) {
  Progress progress = Make(Mode::kPlain);
  progress.Begin({"tiny", 3, 1, 2});
  progress.Started(0, Trial("lr=0.1 seed 0"));
  Wait(1);
  progress.Stepped(0, 1, 0.5);
  progress.Evaluated(0, "train 0.750");
  progress.Tick();  // Less than a minute: not shown.
  Wait(3.2);
  progress.Finished(0, "completed");
  progress.End();
  EXPECT_EQ(TakeOutput(),
            "lr=0.1 seed 0 | started\n"
            "[2/3] lr=0.1 seed 0 | completed | train 0.750 | 4.2 s\n");
}

TEST_F(ProgressTest, OneOfThemComesEachMinute) {
  Progress progress = Make(Mode::kPlain);
  progress.Begin({"tiny", 3, 1, 2});
  progress.Started(0, Trial("first"));
  TakeOutput();
  Wait(60);
  progress.Stepped(0, 50, 0.5);
  progress.Tick();
  // By hand: half a trial in a minute; one and a half are left.
  EXPECT_EQ(TakeOutput(), "tiny | 1/3 done | 0 trials/min | ETA 3 min\n");
  Wait(59);
  progress.Tick();
  EXPECT_EQ(TakeOutput(), "");
}

TEST_F(ProgressTest, LiveLinesShowTheStudyAndEachWorker) {
  Progress progress = Make(Mode::kLive);
  progress.Begin({"tiny", 10, 2, 8});
  progress.Started(0, Trial("a"));
  progress.Started(1, Trial("b"));
  Wait(60);
  progress.Finished(0, "completed");
  EXPECT_EQ(TakeOutput(), "");  // Only the rewritten lines show it.
  progress.Started(0, Trial("c"));
  Wait(60);
  progress.Stepped(0, 50, 0.25);
  progress.Evaluated(0, "train 0.750");
  progress.Tick();
  // By hand: 1.5 of 8 trials in 120 s leave 6.5 / 1.5 * 120 = 520 s; 50 steps
  // in 60 s.
  EXPECT_EQ(TakeOutput(),
            "tiny | 3/10 done | 0.5 trials/min | ETA 9 min\n"
            "  c | step 50/100 | 1 steps/s | loss 0.25 | train 0.750\n"
            "  b | step 0/100 | 0 steps/s\n");
  Wait(0.1);
  progress.Tick();
  EXPECT_EQ(TakeOutput(), "");  // Too soon.
  progress.Note("a note");
  EXPECT_EQ(TakeOutput(), "\x1b[3F\x1b[Ja note\n");
  progress.Note("a note");
  EXPECT_EQ(TakeOutput(), "");
  progress.Tick();  // Back at once.
  EXPECT_THAT(TakeOutput(), HasSubstr("3/10 done"));
  progress.End();
  EXPECT_EQ(TakeOutput(), "\x1b[3F\x1b[J");
}

TEST_F(ProgressTest, LiveLinesFitTheTerminal) {
  Progress progress = Make(Mode::kLive, /*columns=*/20, /*rows=*/6);
  progress.Begin({"tiny", 10, 0, 10});
  for (int worker = 0; worker < 5; ++worker) {
    progress.Started(worker, Trial("lr=0.1 seed " + std::to_string(worker)));
  }
  Wait(1);
  progress.Tick();
  // 19 of 20 columns, 3 of 6 rows.
  EXPECT_EQ(TakeOutput(),
            "tiny | 0/10 done | \n"
            "  lr=0.1 seed 0 | s\n"
            "  and 4 more\n");
}

TEST_F(ProgressTest, AfterAResizeNothingIsLeftBehind) {
  Progress progress = Make(Mode::kLive, /*columns=*/60);
  progress.Begin({"tiny", 10, 0, 10});
  progress.Started(0, Trial("a label of thirty columns, or so"));
  Wait(1);
  progress.Tick();
  EXPECT_EQ(TakeOutput(),
            "tiny | 0/10 done | 0 trials/min\n"
            "  a label of thirty columns, or so | step 0/100 | 0 steps/s\n");
  // 31 columns take 2 rows of 20, 57 take 3.
  size_.columns = 20;
  progress.Note("seen");
  EXPECT_EQ(TakeOutput(), "\x1b[5F\x1b[Jseen\n");
  // The next lines are cut to the new width.
  Wait(1);
  progress.Tick();
  EXPECT_EQ(TakeOutput(), "tiny | 0/10 done | \n  a label of thirty\n");
  size_.columns = 60;
  progress.End();
  EXPECT_EQ(TakeOutput(), "\x1b[2F\x1b[J");
}

TEST_F(ProgressTest, WideCharactersTakeTwoColumns) {
  Progress progress = Make(Mode::kLive, /*columns=*/8);
  progress.Begin({"\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97", 1, 0, 1});
  Wait(1);
  progress.Tick();  // 7 of 8 columns hold three of these.
  EXPECT_EQ(TakeOutput(), "\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\n");
}

TEST_F(ProgressTest, LabelsDoNotCommandTheTerminal) {
  Progress progress = Make(Mode::kPlain);
  progress.Begin({"tiny", 1, 0, 1});
  progress.Started(0, Trial("\x1b[2J"));
  EXPECT_EQ(TakeOutput(), "<U+001B>[2J | started\n");
}

TEST_F(ProgressTest, FailuresAreShownAboveInEveryMode) {
  for (const Mode mode : {Mode::kLive, Mode::kPlain, Mode::kQuiet}) {
    Progress progress = Make(mode);
    progress.Begin({"tiny", 2, 0, 2});
    progress.Started(0, Trial("a"));
    progress.Tick();
    Wait(2);
    TakeOutput();
    progress.Failed(0, "no memory\nstack trace");
    EXPECT_THAT(TakeOutput(),
                HasSubstr("[1/2] a | failed: no memory | 2.0 s\n"));
    progress.Started(0, Trial("b"));
    TakeOutput();
    progress.Lost(0, "killed by SIGKILL");
    EXPECT_EQ(TakeOutput(), "b | killed by SIGKILL; it will be tried again\n");
  }
}

TEST_F(ProgressTest, QuietShowsNothingElse) {
  Progress progress = Make(Mode::kQuiet);
  progress.Begin({"tiny", 2, 0, 2});
  progress.Started(0, Trial("a"));
  Wait(100);
  progress.Tick();
  progress.Finished(0, "completed");
  progress.Tick();
  progress.End();
  EXPECT_EQ(TakeOutput(), "");
}

TEST_F(ProgressTest, TimeLeftGoesByCost) {
  Progress progress = Make(Mode::kQuiet);
  progress.Begin({"tiny", 3, 0, 10});
  EXPECT_TRUE(std::isnan(progress.SecondsLeft()) ||
              std::isinf(progress.SecondsLeft()));
  progress.Started(0, Trial("long", 8));
  Wait(16);
  progress.Finished(0, "completed");
  EXPECT_DOUBLE_EQ(progress.SecondsLeft(), 4);  // 8 in 16 s; 2 are left.
}

TEST_F(ProgressTest, WhatAnotherRunOrACheckpointGaveIsNotOurSpeed) {
  Progress progress = Make(Mode::kQuiet);
  progress.Begin({"tiny", 4, 0, 4});
  progress.Started(0, Trial("a"));
  progress.Elsewhere(0);
  progress.Started(0, Trial("b"));
  progress.Resumed(0, 50);
  progress.Stepped(0, 75, 0.5);
  Wait(10);
  // A quarter of a trial in 10 s; 2.25 are left.
  EXPECT_DOUBLE_EQ(progress.SecondsLeft(), 90);
  // And 25 steps.
  EXPECT_EQ(progress.Status()["workers"][0]["steps_per_s"], 2.5);
}

TEST_F(ProgressTest, TheStatusSaysItAll) {
  Progress progress = Make(Mode::kQuiet);
  progress.Begin({"tiny", 6, 1, 5});
  progress.Started(0, Trial("a"));
  progress.Finished(0, "completed");
  progress.Started(0, Trial("b"));
  progress.Failed(0, "why\nmore");
  progress.Started(0, Trial("c"));
  progress.Elsewhere(0);
  progress.Started(0, Trial("d"));
  progress.Lost(0, "killed");
  progress.Started(0, Trial("e"));
  Wait(30);
  progress.Stepped(0, 50, 0.25);
  progress.Evaluated(0, "train 0.750");
  // By hand: 2.5 trials of our own in 30 s; 1.5 are left.
  EXPECT_EQ(progress.Status(), Json::parse(R"({"study": "tiny",
        "trials": {"total": 6, "done": 4, "reused": 1, "trained": 2,
                   "by_other_runs": 1, "failed": 1},
        "attempts_lost": 1, "seconds": 30.0, "trials_per_min": 4.0,
        "eta_s": 18.0,
        "workers": [{"pid": 4711, "id": "id of e", "label": "e", "step": 50,
                     "max_steps": 100, "steps_per_s": 1.6666666666666667,
                     "loss": 0.25, "metrics": "train 0.750",
                     "seconds": 30.0}],
        "failures": [{"id": "id of b", "label": "b", "reason": "why"}]})"));
}

}  // namespace
}  // namespace bigstep
