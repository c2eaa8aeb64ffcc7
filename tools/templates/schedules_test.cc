#include <gtest/gtest.h>

#include "base/testing.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

TEST(ToyTest, FallsInAStraightLine) {
  const auto schedule = MakePlugin<ScheduleFamily>(
      "{name: toy, final_scale: 0.5}", {/*max_steps=*/100});
  // By hand: half of the way from 1 to 0.5 is 0.75.
  EXPECT_DOUBLE_EQ(schedule->LrScale(0), 1);
  EXPECT_DOUBLE_EQ(schedule->LrScale(50), 0.75);
}

}  // namespace
}  // namespace bigstep
