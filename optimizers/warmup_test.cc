#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/testing.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

TEST(WarmupTest, RisesLinearlyThenStays) {
  const auto schedule = MakePlugin<ScheduleFamily>(
      "{name: warmup, steps: 4, initial_scale: 0.2}", {10});
  // PyTorch's LinearLR(start_factor=0.2, total_iters=4): 0.2 + 0.8 * step / 4.
  const double expected[] = {0.2, 0.4, 0.6, 0.8, 1, 1, 1};
  for (int64_t step = 0; step < 7; ++step) {
    EXPECT_NEAR(schedule->LrScale(step), expected[step], 1e-15) << step;
  }
}

TEST(WarmupTest, StartsAtAHundredthByDefault) {
  const auto schedule =
      MakePlugin<ScheduleFamily>("{name: warmup, steps: 99}", {100});
  EXPECT_EQ(schedule->LrScale(0), 0.01);
  // 0.01 + 0.99 * 1 / 99.
  EXPECT_NEAR(schedule->LrScale(1), 0.02, 1e-15);
  EXPECT_EQ(schedule->LrScale(99), 1);
}

TEST(WarmupTest, TheNextScheduleHasTheRemainingStepsAndCountsFromZero) {
  const auto schedule = MakePlugin<ScheduleFamily>(
      "{name: warmup, steps: 500, then: cosine}", {1700});
  const auto cosine = MakePlugin<ScheduleFamily>("cosine", {1200});
  for (const int64_t step : {0, 1, 400, 600, 1199}) {
    EXPECT_EQ(schedule->LrScale(500 + step), cosine->LrScale(step)) << step;
  }
  EXPECT_EQ(schedule->LrScale(500), 1);
  EXPECT_NEAR(schedule->LrScale(500 + 600), 0.5, 1e-15);
}

TEST(WarmupTest, MilestonesCountFromItsEnd) {
  const auto schedule = MakePlugin<ScheduleFamily>(
      "{name: warmup, steps: 100, then: {name: multistep, milestones: [200]}}",
      {1000});
  EXPECT_EQ(schedule->LrScale(299), 1);
  EXPECT_EQ(schedule->LrScale(300), 0.1);
}

TEST(WarmupTest, MustEndBeforeTheTraining) {
  const PluginConfig config =
      ParsePlugin<ScheduleFamily>("{name: warmup, steps: 100}");
  EXPECT_OK(Schedules::Get().Make(config, {101}));
  EXPECT_EQ(
      Schedules::Get().Make(config, {100}).status(),
      absl::InvalidArgumentError(
          "schedule warmup: steps 100 must be below the 100 steps that the "
          "schedule is for (training.max_steps, less a warm-up)"));
}

TEST(WarmupTest, FailsWithTheErrorOfTheNextSchedule) {
  const PluginConfig config = ParsePlugin<ScheduleFamily>(
      "{name: warmup, steps: 100, then: {name: multistep, milestones: [950]}}");
  EXPECT_OK(Schedules::Get().Make(config, {1051}));
  EXPECT_EQ(
      Schedules::Get().Make(config, {1050}).status(),
      absl::InvalidArgumentError(
          "schedule multistep: milestone 950 must be below the 950 steps that "
          "the schedule is for (training.max_steps, less a warm-up)"));
}

TEST(WarmupTest, MistakesInTheNextScheduleHaveTheirPath) {
  Problems problems;
  const SpecNode node = ReadSpec(
      "name: warmup\nsteps: 5\nthen:\n  name: cosine\n  final_scale: 2\n", "s",
      0, problems);
  Schedules::Get().Read(node, "schedule", problems);
  EXPECT_EQ(Message(problems),
            "s:5:3: schedule.then.final_scale: must be <= 1, got 2");
}

TEST(WarmupTest, IsWrittenWithTheNextSchedule) {
  const PluginConfig config =
      ParsePlugin<ScheduleFamily>("{name: warmup, steps: 5}");
  EXPECT_EQ(CanonicalJson(config.ToJson()),
            R"({"initial_scale":0.01,"name":"warmup","steps":5,)"
            R"("then":{"name":"constant"}})");
  EXPECT_EQ(CanonicalJson(config.Identity()),
            R"({"name":"warmup","options":{"steps":5},"version":1})");
}

}  // namespace
}  // namespace bigstep
