#include "datasets/fetch/meter.h"

#include <gtest/gtest.h>

#include <sstream>

namespace bigstep {
namespace {

TEST(FormatBytesTest, UsesPowersOfAThousand) {
  EXPECT_EQ(FormatBytes(0), "0 bytes");
  EXPECT_EQ(FormatBytes(999), "999 bytes");
  EXPECT_EQ(FormatBytes(4542), "4.5 kB");
  EXPECT_EQ(FormatBytes(170052171), "170.1 MB");
  EXPECT_EQ(FormatBytes(1443490838), "1.4 GB");
}

TEST(MeterLineTest, TellsShareRateAndTimeLeft) {
  // 4 MB in 2 s: 2 MB/s; of 10 MB, 5 are left: 2.5 s, rounded up.
  EXPECT_EQ(MeterLine("mnist", 5000000, 10000000, 4000000, 2),
            "mnist: 5.0 MB of 10.0 MB (50 %), 2.0 MB/s, 0:03 left");
  // 75 s are 1:15.
  EXPECT_EQ(MeterLine("mnist", 1000, 76000, 1000, 1),
            "mnist: 1.0 kB of 76.0 kB (1 %), 1.0 kB/s, 1:15 left");
}

TEST(MeterLineTest, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(MeterLine("mnist", 5000000, std::nullopt, 4000000, 2),
            "mnist: 5.0 MB, 2.0 MB/s");
  EXPECT_EQ(MeterLine("mnist", 5000000, 10000000, 0, 2),
            "mnist: 5.0 MB of 10.0 MB (50 %)");
  EXPECT_EQ(MeterLine("mnist", 0, 0, 0, 0), "mnist: 0 bytes");
}

class MeterTest : public testing::Test {
 protected:
  Meter Make(bool terminal) {
    return Meter(out_, terminal, [this] { return now_; });
  }
  void Wait(int milliseconds) {
    now_ += std::chrono::milliseconds(milliseconds);
  }

  std::ostringstream out_;
  Meter::Clock::time_point now_;
};

TEST_F(MeterTest, RewritesOneLineOfATerminal) {
  Meter meter = Make(/*terminal=*/true);
  meter.Start("frost", 100, 500);
  meter.Update(150);  // Too soon to be shown.
  Wait(1000);
  meter.Update(300);
  meter.Finish();
  EXPECT_EQ(out_.str(),
            "\r\x1b[Kfrost: 300 bytes of 500 bytes (60 %), 200 bytes/s, "
            "0:01 left\r\x1b[K");
}

TEST_F(MeterTest, IsSparseElsewhere) {
  Meter meter = Make(/*terminal=*/false);
  meter.Say("frost: begins");
  meter.Start("frost", 0, 4000);
  Wait(29999);
  meter.Update(1000);
  Wait(1);
  meter.Update(3000);  // 3000 in 30 s.
  meter.Update(3001);
  meter.Finish();
  EXPECT_EQ(out_.str(),
            "frost: begins\n"
            "frost: 3.0 kB of 4.0 kB (75 %), 100 bytes/s, 0:10 left\n");
}

}  // namespace
}  // namespace bigstep
