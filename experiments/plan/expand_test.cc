// How sweeps expand, seen in the plans they give. See also plan_test.
#include "experiments/plan/expand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The options of the trial of a configuration with seed 0.
Json SettingsOf(const Plan& plan, size_t configuration) {
  for (const Trial& trial : plan.trials) {
    if (std::find(trial.configurations.begin(), trial.configurations.end(),
                  configuration) != trial.configurations.end()) {
      return trial.settings.ToJson();
    }
  }
  return {};
}

// An optimizer axis and a momentum that only one of its values has.
const std::vector<std::string>& Conditional() {
  static const auto* const overrides = new std::vector<std::string>{
      "axes.opt={set: optimizer, values: [{name: sgd, lr: 0.1}, {name: "
      "momentum, lr: 0.1}], labels: [sgd, heavy]}",
      "axes.m={set: optimizer.momentum, values: [0.5, 0.8], when: {opt: "
      "heavy}}",
      "plan={one_at_a_time: [lr, l2], grid: [[opt, m]]}"};
  return *overrides;
}

TEST(ExpandTest, AZipPairsValues) {
  const Plan plan = PlanOf(kTinySpec, {"plan={zip: [[lr, l2]]}"});
  EXPECT_THAT(ConfigurationNames(plan),
              ElementsAre("zip lr x l2: lr=0.1, l2=none",
                          "zip lr x l2: lr=0.3, l2=strong"));
  EXPECT_EQ(SettingsOf(plan, 1)["optimizer"]["lr"], 0.3);
  EXPECT_EQ(SettingsOf(plan, 1)["regularizers"].size(), 1u);
  EXPECT_EQ(plan.study.configurations[1].axis_values[0].number, 0.3);
}

TEST(ExpandTest, AZipMayRepeatValuesOfOneAxis) {
  const Plan plan = PlanOf(
      kTinySpec, {"axes.lr.values=[0.1, 0.1]", "plan={zip: [[lr, l2]]}"});
  EXPECT_THAT(ConfigurationNames(plan),
              ElementsAre("zip lr x l2: lr=0.1, l2=none",
                          "zip lr x l2: lr=0.1, l2=strong"));
}

TEST(ExpandTest, ExclusionsDropSettingsByValueOrLabel) {
  const Plan plan =
      PlanOf(kTinySpec, {"plan={one_at_a_time: [lr], grid: [[lr, l2]], "
                         "exclude: [{lr: 3.0e-1, l2: strong}]}"});
  EXPECT_THAT(
      ConfigurationNames(plan),
      ElementsAre("lr: lr=0.1", "lr: lr=0.3", "lr x l2: lr=0.1, l2=none",
                  "lr x l2: lr=0.1, l2=strong", "lr x l2: lr=0.3, l2=none"));
}

TEST(ExpandTest, ExclusionsHoldForTheSweepsOfTheirMap) {
  const Plan plan = PlanOf(
      kTinySpec, {"plan=[{one_at_a_time: [lr]}, {grid: [[lr, l2]], exclude: "
                  "[{lr: 0.1}]}]"});
  EXPECT_THAT(
      ConfigurationNames(plan),
      ElementsAre("lr: lr=0.1", "lr: lr=0.3", "lr x l2: lr=0.3, l2=none",
                  "lr x l2: lr=0.3, l2=strong"));
}

TEST(ExpandTest, ASweepMayKeepConfigurationsByDefaultOptions) {
  const Plan plan = PlanOf(
      kTinySpec,
      {"axes.loss={set: loss, values: [cross_entropy, {name: focal, gamma: 1}, "
       "{name: focal, gamma: 2}], labels: [ce, f1, f2]}",
       "plan=[{one_at_a_time: [lr, l2]}, {grid: [[loss, lr]], when: "
       "{loss: [ce, f2], optimizer.lr: 0.30, model.bias: false}}]"});
  EXPECT_THAT(
      ConfigurationNames(plan),
      ElementsAre("lr: lr=0.1", "lr: lr=0.3", "l2: l2=none", "l2: l2=strong",
                  "loss x lr: loss=ce, lr=0.3", "loss x lr: loss=f2, lr=0.3"));
}

TEST(ExpandTest, AnAxisMayApplyToSomeValuesOfAnother) {
  const Plan plan = PlanOf(kTinySpec, Conditional());
  EXPECT_THAT(
      ConfigurationNames(plan),
      ElementsAre("lr: lr=0.1", "lr: lr=0.3", "l2: l2=none", "l2: l2=strong",
                  "opt x m: opt=sgd, m=-", "opt x m: opt=heavy, m=0.5",
                  "opt x m: opt=heavy, m=0.8"));
  EXPECT_EQ(SettingsOf(plan, 4)["optimizer"]["name"], "sgd");
  EXPECT_EQ(SettingsOf(plan, 6)["optimizer"]["momentum"], 0.8);
  // Each axis of a sweep is a axis_value, whether it applies or not.
  ASSERT_EQ(plan.study.configurations[4].axis_values.size(), 2u);
  EXPECT_EQ(plan.study.configurations[4].axis_values[1].label, "-");
  EXPECT_EQ(plan.study.configurations[4].axis_values[1].number, std::nullopt);
}

TEST(ExpandTest, FurtherSettingsGoWithTheValues) {
  const Plan plan = PlanOf(
      kTinySpec, {"axes.lr.with={training.max_steps: 60, schedule: cosine}",
                  "axes.l2.with=[{}, {training.max_steps: 90}]"});
  EXPECT_EQ(SettingsOf(plan, 0)["training"]["max_steps"], 60);
  EXPECT_EQ(SettingsOf(plan, 1)["schedule"]["name"], "cosine");
  EXPECT_EQ(SettingsOf(plan, 2)["training"]["max_steps"], 30);
  EXPECT_EQ(SettingsOf(plan, 3)["training"]["max_steps"], 90);
  const auto with = [&plan](size_t configuration) {
    return plan.study.configurations[configuration].axis_values[0].with;
  };
  EXPECT_EQ(with(0), "training.max_steps: 60, schedule: cosine");
  EXPECT_EQ(with(2), "");
  EXPECT_EQ(with(3), "training.max_steps: 90");
}

TEST(ExpandTest, DrawsAreThoseOfEachAxisWhateverTheOthers) {
  const std::string lr =
      "axes.lr={set: optimizer.lr, range: {low: 0.001, high: 1, scale: log}}";
  const std::string wd =
      "axes.width={set: training.batch_size, range: {low: 10, high: 20, "
      "integer: true}}";
  const Plan two =
      PlanOf(kTinySpec, {lr,
                         "plan={random: {axes: [lr, l2], draws: 4, "
                         "seed: 7}}"});
  // The numbers of random_search_test, and floor(2 u).
  EXPECT_THAT(ConfigurationNames(two),
              ElementsAre("random lr x l2: lr=0.01632, l2=strong",
                          "random lr x l2: lr=0.001125, l2=strong",
                          "random lr x l2: lr=0.9979, l2=strong",
                          "random lr x l2: lr=0.02031, l2=none"));
  EXPECT_EQ(SettingsOf(two, 1)["optimizer"]["lr"], 0.001125);
  EXPECT_EQ(two.study.configurations[1].axis_values[0].number, 0.001125);
  const Plan three =
      PlanOf(kTinySpec, {lr, wd,
                         "plan={random: {axes: [width, l2, lr], draws: 6, "
                         "seed: 7}}"});
  ASSERT_EQ(three.study.configurations.size(), 6u);
  for (size_t draw = 0; draw < 4; ++draw) {
    EXPECT_EQ(three.study.configurations[draw].axis_values[2].label,
              two.study.configurations[draw].axis_values[0].label);
    EXPECT_EQ(three.study.configurations[draw].axis_values[1].label,
              two.study.configurations[draw].axis_values[1].label);
  }
}

TEST(ExpandTest, SweepsMayShareConfigurationsAndHoldTheBase) {
  // lr = 0.1 and l2 = none are the base.
  EXPECT_EQ(Mistakes(kTinySpec, {"plan=[{one_at_a_time: [lr, l2]}, {grid: "
                                 "[[lr, l2]]}, {zip: [[lr, l2]]}]"}),
            "");
  const Plan plan = PlanOf(kTinySpec, {"plan=[{one_at_a_time: [lr, l2]}, "
                                       "{grid: [[lr, l2]]}]"});
  EXPECT_EQ(plan.study.configurations.size(), 8u);
  EXPECT_EQ(plan.trials.size(), 8u);  // Four configurations, two seeds.
}

TEST(ExpandTest, AnAxisMayReachIntoAList) {
  const Plan plan = PlanOf(
      kTinySpec,
      {"regularizers=[{name: l1, coefficient: 0.1}, {name: l2, coefficient: "
       "0.1}]",
       "axes.l2={set: 'regularizers[1].coefficient', values: [0.2, 0.4]}"});
  EXPECT_EQ(SettingsOf(plan, 3)["regularizers"][1]["coefficient"], 0.4);
  EXPECT_EQ(SettingsOf(plan, 3)["regularizers"][0]["coefficient"], 0.1);
}

struct Case {
  const char* name;
  std::vector<std::string> overrides;
  std::string message;
};

class ExpandMistakeTest : public testing::TestWithParam<Case> {};

TEST_P(ExpandMistakeTest, IsNamed) {
  EXPECT_THAT(Mistakes(kTinySpec, GetParam().overrides),
              HasSubstr(GetParam().message));
}

std::vector<std::string> With(std::vector<std::string> overrides,
                              const std::vector<std::string>& more) {
  overrides.insert(overrides.end(), more.begin(), more.end());
  return overrides;
}

INSTANTIATE_TEST_SUITE_P(
    All, ExpandMistakeTest,
    testing::Values(
        Case{"EqualValues",
             {"axes.lr.values=[0.1, 0.2, 1.0e-1]"},
             "--set=axes.lr.values:1:12: axes.lr.values: '1.0e-1' gives the "
             "same trials as '0.1'; leave one of them out"},
        Case{"EqualValuesInAGrid",
             {"axes.lr.values=[0.1, 0.2, 1.0e-1]", "plan={grid: [[l2, lr]]}"},
             "axes.lr.values: '1.0e-1' gives the same trials as '0.1'"},
        Case{"ADefaultSpelledOut",
             {"axes.l2={set: loss, values: [cross_entropy, {name: "
              "cross_entropy}], labels: [a, b]}"},
             "axes.l2: changes nothing: all its values give the same trials "
             "(in plan.one_at_a_time[1])"},
        Case{"NoEffectInAGrid",
             {"axes.l2={set: loss, values: [cross_entropy, {name: "
              "cross_entropy}], labels: [a, b]}",
              "plan={grid: [[l2, lr]]}"},
             "axes.l2: changes nothing"},
        Case{"NoEffectInAZip",
             {"axes.l2={set: loss, values: [cross_entropy, {name: "
              "cross_entropy}], labels: [a, b]}",
              "plan={zip: [[l2, lr]]}"},
             "axes.l2: changes nothing"},
        Case{"EqualPairsInAZip",
             {"axes.lr.values=[0.1, 1.0e-1]", "axes.l2.values=[[], []]",
              "plan={zip: [[lr, l2]]}"},
             "plan.zip[0]: 'lr=1.0e-1, l2=strong' gives the same trials as "
             "'lr=0.1, l2=none'; leave one of them out"},
        Case{"EqualValuesDrawn",
             {"axes.lr.values=[0.1, 1.0e-1]",
              "plan={random: {axes: [lr, l2], draws: 20}}"},
             "axes.lr: changes nothing"},
        Case{"FractionsForAWholeNumber",
             {"axes.l2={set: training.eval_every, range: {low: 10.2, high: "
              "10.8}}",
              "plan={random: {axes: [lr, l2], draws: 3}}"},
             "base.training.eval_every: expected an integer, found '10."},
        Case{"ExclusionOfNothing",
             {"plan={one_at_a_time: [lr, l2], exclude: [{lr: 0.1, l2: none}]}"},
             "--set=plan:1:37: plan.exclude[0]: excludes nothing: no "
             "configuration of these sweeps is like this"},
        Case{"ExclusionByAnOptionThatIsNot",
             {"plan={grid: [[lr, l2]], exclude: [{optimizer.momentum: 0.9}]}"},
             "plan.exclude[0]: excludes nothing"},
        Case{"ExclusionOfEverything",
             {"plan={one_at_a_time: [l2], grid: [[lr, l2]], exclude: [{lr: "
              "[0.1, 0.3]}]}"},
             "plan.grid[0]: 'exclude' and 'when' leave nothing of this sweep"},
        Case{"WhenNowhere",
             {"plan=[{one_at_a_time: [lr, l2], when: {model: cnn}}]"},
             "plan[0].one_at_a_time[0]: 'exclude' and 'when' leave nothing of "
             "this sweep"},
        Case{"AxisThatAppliesNowhere",
             With(Conditional(), {"axes.m.when={optimizer.name: adam}"}),
             "plan.grid[0]: the condition of axis 'm' holds nowhere in this "
             "sweep"},
        Case{
            "AxesThatUndoEachOtherSometimes",
            With(Conditional(),
                 {"axes.n={set: optimizer.momentum, values: [0.6, 0.7], when: "
                  "{optimizer.lr: 0.1, opt: heavy}}",
                  "plan.grid=[[opt, m, n]]"}),
            "plan.grid[0]: axis 'n' sets optimizer.momentum and so undoes axis "
            "'m', which sets optimizer.momentum; they cannot be crossed"},
        Case{"ItemThatIsNotThere",
             {"axes.l2={set: 'regularizers[0].coefficient', values: [1, 2]}"},
             "axes.l2.set: 'regularizers[0].coefficient' leads through a value "
             "that is not a map, or to an item that the list does not have"},
        Case{"WithOfAnUnknownOption",
             {"axes.lr.with={training.max_step: 5}"},
             "--set=axes.lr.with:1:2: base.training: unknown key 'max_step'; "
             "did you mean 'max_steps'?"},
        Case{"WithThroughAScalar",
             {"axes.lr.with={training.max_steps.x: 5}"},
             "axes.lr.with: 'training.max_steps.x' leads through a value"},
        Case{"TooManyTrials",
             {"axes.lr={set: optimizer.lr, range: {low: 0.1, high: 1}}",
              "seeds=10000", "plan={random: {axes: [lr, l2], draws: 101}}"},
             "plan.random.axes: with this sweep the plan has 1.01e+06 trials; "
             "at most 1000000 can be planned at once"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ExpandTest, AConditionOnAPluginMayPrecedeAxesOfItsOptions) {
  EXPECT_EQ(
      Mistakes(kTinySpec, {"axes.m={set: model.bias, values: [true, "
                           "false], when: {optimizer: sgd, model: fcn}}",
                           "plan={one_at_a_time: [l2], grid: [[m, lr]]}"}),
      "");
}

TEST(ExpandTest, DisjointConditionsMaySetTheSameOption) {
  EXPECT_EQ(
      Mistakes(kTinySpec,
               {"axes.opt={set: optimizer, values: [{name: sgd, lr: 0.1}, "
                "{name: adam, lr: 0.1}], labels: [sgd, adam]}",
                "axes.lr.when={opt: sgd}",
                "axes.fine={set: optimizer.lr, values: [0.001, 0.01], when: "
                "{opt: adam}}",
                "plan={one_at_a_time: [l2], grid: [[opt, lr, fine]]}"}),
      "");
}

}  // namespace
}  // namespace bigstep
