#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

TEST(MultistepTest, FallsAtEachMilestone) {
  const auto schedule = MakePlugin<ScheduleFamily>(
      "{name: multistep, milestones: [3000, 6000]}", {10000});
  // PyTorch's MultiStepLR: the step after 3000 steps, number 3000 counted from
  // 0, is the first with a lower rate. The default of gamma is 0.1.
  EXPECT_EQ(schedule->LrScale(0), 1);
  EXPECT_EQ(schedule->LrScale(2999), 1);
  EXPECT_EQ(schedule->LrScale(3000), 0.1);
  EXPECT_EQ(schedule->LrScale(5999), 0.1);
  EXPECT_DOUBLE_EQ(schedule->LrScale(6000), 0.01);
  EXPECT_DOUBLE_EQ(schedule->LrScale(9999), 0.01);
}

TEST(MultistepTest, FallsByGamma) {
  const auto schedule = MakePlugin<ScheduleFamily>(
      "{name: multistep, milestones: [1, 2, 4], gamma: 0.5}", {5});
  const std::vector<double> expected = {1, 0.5, 0.25, 0.25, 0.125};
  for (size_t step = 0; step < 5; ++step) {
    EXPECT_EQ(schedule->LrScale(static_cast<int64_t>(step)), expected[step]);
  }
}

TEST(MultistepTest, RefusesMilestonesThatAreNeverReached) {
  const PluginConfig config =
      ParsePlugin<ScheduleFamily>("{name: multistep, milestones: [30, 100]}");
  EXPECT_OK(Schedules::Get().Make(config, {101}));
  EXPECT_EQ(
      Schedules::Get().Make(config, {100}).status(),
      absl::InvalidArgumentError(
          "schedule multistep: milestone 100 must be below the 100 steps that "
          "the schedule is for (training.max_steps, less a warm-up)"));
}

TEST(MultistepTest, RefusesMilestonesThatDoNotRise) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[]",
       "s:1:1: schedule: milestones must not be empty; use the schedule "
       "'constant'"},
      {"[3, 2]", "s:1:1: schedule: milestones must rise, got 3, 2"},
      {"[1, 3, 3]", "s:1:1: schedule: milestones must rise, got 1, 3, 3"},
      {"[0, 3]", "s:1:32: schedule.milestones[0]: must be >= 1, got 0"},
      {"[0.5]",
       "s:1:32: schedule.milestones[0]: expected an integer, found '0.5'"},
  };
  for (const auto& [milestones, message] : cases) {
    Problems problems;
    const SpecNode node = ReadSpec(
        absl::StrCat("{name: multistep, milestones: ", milestones, "}"), "s", 0,
        problems);
    Schedules::Get().Read(node, "schedule", problems);
    EXPECT_EQ(Message(problems), message);
  }
}

}  // namespace
}  // namespace bigstep
