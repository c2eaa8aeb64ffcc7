#include "experiments/run/cost_model.h"

#include <gtest/gtest.h>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

TrialSettings SettingsOf(const std::vector<std::string>& overrides) {
  std::vector<std::string> all = {
      "axes={lr: {set: optimizer.momentum, values: [0.5]}}",
      "plan={one_at_a_time: [lr]}", "seeds=1",
      "optimizer={name: momentum, lr: 0.1}"};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return PlanOf(kTinySpec, all).trials[0].settings;
}

Record RecordOf(int64_t steps, double seconds,
                Outcome outcome = Outcome::kCompleted) {
  Record record;
  record.outcome = outcome;
  record.steps = steps;
  record.times = {{"train_s", seconds / 2}, {"evaluate_s", seconds / 2}};
  return record;
}

// By hand throughout: 30 steps, batches of 20.
TEST(CostModelTest, KnowingNothingItCountsExamplesAndPasses) {
  CostModel model;
  EXPECT_DOUBLE_EQ(model.Of(SettingsOf({})).seconds, 30 * 20 * 1e-7);
  EXPECT_DOUBLE_EQ(model.Of(SettingsOf({"training.max_steps=60"})).seconds,
                   60 * 20 * 1e-7);
  const TrialSettings sam =
      SettingsOf({"optimizer={name: sam, lr: 0.1, base: {name: momentum}}",
                  "axes={lr: {set: optimizer.base.momentum, values: [0.5]}}"});
  EXPECT_EQ(OptimizerPasses(sam), 2);
  EXPECT_DOUBLE_EQ(model.Of(sam).seconds, 30 * 20 * 2 * 1e-7);
}

TEST(CostModelTest, TrialsLikeOneThatWasCompletedAreKnown) {
  CostModel model;
  model.Add(SettingsOf({}), RecordOf(1, 100, Outcome::kDiverged));
  model.Add(SettingsOf({}), RecordOf(1, 100, Outcome::kFailed));
  EXPECT_FALSE(model.Of(SettingsOf({})).known);
  model.Add(SettingsOf({}), RecordOf(30, 10));
  model.Add(SettingsOf({}), RecordOf(15, 20));  // Ended by a rule.
  EXPECT_TRUE(model.Of(SettingsOf({})).known);
  EXPECT_DOUBLE_EQ(model.Of(SettingsOf({})).seconds, 15);
  EXPECT_FALSE(model.Of(SettingsOf({"training.max_steps=60"})).known);
}

// Some end early, others look at the training data more often.
TEST(CostModelTest, AllOptionsOfTrainingMakeAKindOfTrial) {
  CostModel model;
  const std::vector<std::string> epochs = {"training.max_steps=0",
                                           "training.epochs=1.00000001"};
  model.Add(SettingsOf(epochs), RecordOf(10, 10));
  for (const char* const option :
       {"training.stop={train_accuracy: 0.9}", "training.milestones=[0.1]",
        "training.precision=bfloat16", "training.eval_every=5"}) {
    model.Add(SettingsOf({option}), RecordOf(10, 10));
    EXPECT_TRUE(model.Of(SettingsOf({option})).known) << option;
    EXPECT_FALSE(model.Of(SettingsOf({})).known) << option;
  }
  EXPECT_TRUE(model.Of(SettingsOf(epochs)).known);
  EXPECT_FALSE(
      model.Of(SettingsOf({"training.max_steps=0", "training.epochs=1"}))
          .known);
}

TEST(CostModelTest, StepsOfOtherPrecisionAreNotTimed) {
  CostModel model;
  model.AddStep(SettingsOf({}), 0.5);
  EXPECT_FALSE(model.Of(SettingsOf({"training.precision=bfloat16"})).timed);
}

TEST(CostModelTest, TimedStepsCountWhereNoRecordDoes) {
  CostModel model;
  model.AddStep(SettingsOf({}), 0.5);
  const CostModel::Estimate timed = model.Of(SettingsOf({}));
  EXPECT_TRUE(timed.timed);
  EXPECT_FALSE(timed.known);
  EXPECT_DOUBLE_EQ(timed.seconds, 30 * 0.5);
  EXPECT_DOUBLE_EQ(model.Of(SettingsOf({}), /*max_steps=*/80).seconds, 40);
  // Another batch size is another kind: its examples are counted.
  const auto other = model.Of(SettingsOf({"training.batch_size=40"}));
  EXPECT_FALSE(other.timed);
  EXPECT_DOUBLE_EQ(other.seconds, 30 * 40 * 0.5 / 20);
  model.Add(SettingsOf({}), RecordOf(30, 6));
  EXPECT_TRUE(model.Of(SettingsOf({})).known);
  EXPECT_DOUBLE_EQ(model.Of(SettingsOf({})).seconds, 6);
}

TEST(CostModelTest, EqualWorkIsScaledByItsSteps) {
  CostModel model;
  model.Add(SettingsOf({}), RecordOf(30, 6));
  model.Add(SettingsOf({"training.max_steps=60"}), RecordOf(50, 4));
  // 10 s for 80 steps.
  EXPECT_DOUBLE_EQ(model.Of(SettingsOf({"training.max_steps=160"})).seconds,
                   20);
}

TEST(CostModelTest, OtherBatchesCountByExample) {
  CostModel model;
  model.Add(SettingsOf({}), RecordOf(30, 6));
  // 0.2 s for a step of 20.
  EXPECT_DOUBLE_EQ(model.Of(SettingsOf({"training.batch_size=40"})).seconds,
                   30 * 0.4);
}

TEST(CostModelTest, OtherModelsCountLikeAllThatIsKnown) {
  CostModel model;
  model.Add(SettingsOf({}), RecordOf(30, 6));
  model.Add(SettingsOf({"model.hidden=[9]"}), RecordOf(30, 12));
  // 18 s for 1200 examples; this one takes 600.
  EXPECT_DOUBLE_EQ(model.Of(SettingsOf({"model.hidden=[10]"})).seconds, 9);
}

TEST(CostModelTest, WhatTookNoTimeTeachesNothing) {
  CostModel model;
  model.Add(SettingsOf({}), RecordOf(0, 6));
  model.Add(SettingsOf({}), RecordOf(30, 0));
  EXPECT_DOUBLE_EQ(model.Of(SettingsOf({})).seconds, 30 * 20 * 1e-7);
}

}  // namespace
}  // namespace bigstep
