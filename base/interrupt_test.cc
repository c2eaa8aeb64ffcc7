#include "base/interrupt.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace bigstep {
namespace {

TEST(InterruptTest, TheFirstSignalIsNoted) {
  CatchInterrupts();
  EXPECT_FALSE(Interrupted());
  std::raise(SIGINT);
  EXPECT_TRUE(Interrupted());
}

TEST(InterruptDeathTest, TheSecondSignalEndsTheProcess) {
  EXPECT_EXIT(
      {
        CatchInterrupts();
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST(InterruptDeathTest, SoDoesASecondSignalOfTheOtherKind) {
  EXPECT_EXIT(
      {
        CatchInterrupts();
        std::raise(SIGINT);
        std::raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
}

TEST(InterruptDeathTest, AWorkerDoesNotMindCtrlC) {
  EXPECT_EXIT(
      {
        std::signal(SIGINT, SIG_IGN);
        CatchTermination();
        std::raise(SIGINT);
        if (Interrupted()) _exit(1);
        std::raise(SIGTERM);
        std::raise(SIGINT);
        _exit(Interrupted() ? 0 : 2);
      },
      testing::ExitedWithCode(0), "");
}

TEST(InterruptTest, ARequestIsTakenOnce) {
  CatchRequests();
  EXPECT_FALSE(TakeRequest());
  std::raise(SIGUSR1);
  EXPECT_TRUE(TakeRequest());
  EXPECT_FALSE(TakeRequest());
}

}  // namespace
}  // namespace bigstep
