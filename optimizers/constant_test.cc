#include <gtest/gtest.h>

#include "base/testing.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

TEST(ConstantTest, TheScaleIsOneAtEveryStep) {
  const auto schedule = MakePlugin<ScheduleFamily>("constant", {1000});
  for (const int64_t step : {0, 1, 500, 999}) {
    EXPECT_EQ(schedule->LrScale(step), 1) << step;
  }
}

}  // namespace
}  // namespace bigstep
