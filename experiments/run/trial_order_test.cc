#include "experiments/run/trial_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;

TrialSettings SettingsOf(const std::vector<std::string>& overrides) {
  std::vector<std::string> all = {
      "axes={lr: {set: optimizer.momentum, values: [0.5]}}",
      "plan={one_at_a_time: [lr]}", "seeds=1",
      "optimizer={name: momentum, lr: 0.1}"};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return PlanOf(kTinySpec, all).trials[0].settings;
}

// By hand throughout: 30 steps, batches of 20.
TEST(CostModelTest, KnowingNothingItCountsExamplesAndPasses) {
  const CostModel model;
  EXPECT_DOUBLE_EQ(model.Estimate(SettingsOf({})), 30 * 20 * 1e-7);
  EXPECT_DOUBLE_EQ(model.Estimate(SettingsOf({"training.max_steps=60"})),
                   60 * 20 * 1e-7);
  const TrialSettings sam =
      SettingsOf({"optimizer={name: sam, lr: 0.1, base: {name: momentum}}",
                  "axes={lr: {set: optimizer.base.momentum, values: [0.5]}}"});
  EXPECT_EQ(OptimizerPasses(sam), 2);
  EXPECT_DOUBLE_EQ(model.Estimate(sam), 30 * 20 * 2 * 1e-7);
}

TEST(CostModelTest, EqualWorkIsScaledByItsSteps) {
  CostModel model;
  model.Add(SettingsOf({}), 30, 6);
  model.Add(SettingsOf({"training.max_steps=60"}), 50, 4);
  // 10 s for 80 steps.
  EXPECT_DOUBLE_EQ(model.Estimate(SettingsOf({"training.max_steps=160"})), 20);
}

TEST(CostModelTest, OtherBatchesCountByExample) {
  CostModel model;
  model.Add(SettingsOf({}), 30, 6);
  // 0.2 s for a step of 20.
  EXPECT_DOUBLE_EQ(model.Estimate(SettingsOf({"training.batch_size=40"})),
                   30 * 0.4);
}

TEST(CostModelTest, OtherModelsCountLikeAllThatIsKnown) {
  CostModel model;
  model.Add(SettingsOf({}), 30, 6);
  model.Add(SettingsOf({"model.hidden=[9]"}), 30, 12);
  // 18 s for 1200 examples; this one takes 600.
  EXPECT_DOUBLE_EQ(model.Estimate(SettingsOf({"model.hidden=[10]"})), 9);
}

TEST(CostModelTest, WhatTookNoTimeTeachesNothing) {
  CostModel model;
  model.Add(SettingsOf({}), 0, 6);
  model.Add(SettingsOf({}), 30, 0);
  EXPECT_DOUBLE_EQ(model.Estimate(SettingsOf({})), 30 * 20 * 1e-7);
}

std::vector<size_t> OrderOf(const Plan& plan,
                            const std::vector<double>& costs) {
  std::vector<const Trial*> trials;
  for (const Trial& trial : plan.trials) trials.push_back(&trial);
  return LongestFirst(trials, costs);
}

TEST(LongestFirstTest, LongBeforeShort) {
  const Plan plan = PlanOf(kTinySpec, {"seeds=1"});
  ASSERT_EQ(plan.trials.size(), 3);
  EXPECT_THAT(OrderOf(plan, {1, 100, 10}), ElementsAre(1, 2, 0));
}

TEST(LongestFirstTest, AmongEqualsAllSettingsThenTheNextSeed) {
  const Plan plan = PlanOf(kTinySpec);  // Seeds 0, 1, 0, 1, 0, 1.
  ASSERT_EQ(plan.trials.size(), 6);
  EXPECT_THAT(OrderOf(plan, {5, 5, 5, 5, 5, 5}), ElementsAre(0, 2, 4, 1, 3, 5));
  // 1.5^4 = 5.06 and 1.5^5 = 7.59: these count as equal.
  EXPECT_THAT(OrderOf(plan, {5.1, 7, 6, 7.5, 5.2, 5.3}),
              ElementsAre(0, 2, 4, 1, 3, 5));
}

TEST(LongestFirstTest, EqualDataFollowEachOther) {
  const Plan plan =
      PlanOf(kTinySpec,
             {"axes={lr: {set: optimizer.lr, values: [0.1, 0.3]}, data: {set: "
              "dataset.num_train, values: [100, 200]}}",
              "plan={grid: [[lr, data]]}", "seeds=1"});
  ASSERT_EQ(plan.trials.size(), 4);  // Data vary fastest.
  EXPECT_THAT(OrderOf(plan, {5, 5, 5, 5}), ElementsAre(0, 2, 1, 3));
}

}  // namespace
}  // namespace bigstep
