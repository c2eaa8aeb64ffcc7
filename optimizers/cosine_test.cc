#include <gtest/gtest.h>

#include <cmath>

#include "base/testing.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

TEST(CosineTest, FallsAlongHalfACosine) {
  const auto schedule = MakePlugin<ScheduleFamily>("cosine", {1200});
  EXPECT_EQ(schedule->LrScale(0), 1);
  // By hand, at a sixth, a quarter, a third, a half and so on of the way.
  EXPECT_NEAR(schedule->LrScale(200), (1 + std::sqrt(0.75)) / 2, 1e-15);
  EXPECT_NEAR(schedule->LrScale(300), (1 + std::sqrt(0.5)) / 2, 1e-15);
  EXPECT_NEAR(schedule->LrScale(400), 0.75, 1e-15);
  EXPECT_NEAR(schedule->LrScale(600), 0.5, 1e-15);
  EXPECT_NEAR(schedule->LrScale(800), 0.25, 1e-15);
}

TEST(CosineTest, EndsAboveTheFinalScale) {
  const auto schedule = MakePlugin<ScheduleFamily>("cosine", {1000});
  // cos(pi - x) is x^2 / 2 - 1 but for x^4 / 24: x = pi / 1000.
  const double x = std::acos(-1) / 1000;
  EXPECT_NEAR(schedule->LrScale(999), x * x / 4, x * x * x * x / 24);
}

TEST(CosineTest, FallsToTheFinalScale) {
  const auto schedule =
      MakePlugin<ScheduleFamily>("{name: cosine, final_scale: 0.2}", {1200});
  EXPECT_NEAR(schedule->LrScale(0), 1, 1e-15);
  // 0.2 + 0.8 * (3/4, 1/2, 1/4).
  EXPECT_NEAR(schedule->LrScale(400), 0.8, 1e-15);
  EXPECT_NEAR(schedule->LrScale(600), 0.6, 1e-15);
  EXPECT_NEAR(schedule->LrScale(800), 0.4, 1e-15);
}

TEST(CosineTest, ATrainingOfOneStepIsAtTheFullRate) {
  EXPECT_EQ(MakePlugin<ScheduleFamily>("cosine", {1})->LrScale(0), 1);
}

}  // namespace
}  // namespace bigstep
