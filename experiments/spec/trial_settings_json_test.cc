#include "experiments/spec/trial_settings_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

TEST(TrialJsonTest, ComesBackAsItWas) {
  const Plan plan = PlanOf(
      kTinySpec,
      {"optimizer={name: sam, rho: 1e-7, lr: 0.1, base: {name: momentum, "
       "momentum: 0.5}}",
       "metrics=[accuracy, {name: prunability, label: filters, method: "
       "filter}]",
       "compare.metrics=[accuracy.unbiased_test]",
       "axes={l2: {set: regularizers, values: [[], [{name: l2, coefficient: "
       "0.1}]], labels: [none, strong]}}",
       "plan={one_at_a_time: [l2]}"});
  ASSERT_EQ(plan.trials.size(), 4);
  for (const Trial& trial : plan.trials) {
    const auto settings = TrialFromJson(trial.settings.ToJson());
    ASSERT_OK(settings);
    EXPECT_EQ(settings->Id(), trial.id);
    EXPECT_EQ(settings->ToJson(), trial.settings.ToJson());
  }
}

TEST(TrialJsonTest, WhatNoPluginTakesIsNamed) {
  Json json = PlanOf(kTinySpec).trials[0].settings.ToJson();
  json["optimizer"]["rho"] = 1;
  json["model"]["name"] = "fcnn";
  const auto settings = TrialFromJson(json);
  EXPECT_EQ(settings.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(settings.status().message()),
              HasSubstr("optimizer: unknown key 'rho'"));
  EXPECT_THAT(std::string(settings.status().message()),
              HasSubstr("no model 'fcnn'"));
}

TEST(TrialJsonTest, ItMustBeAMap) {
  EXPECT_FALSE(TrialFromJson(Json::array()).ok());
  EXPECT_FALSE(TrialFromJson("text").ok());
}

}  // namespace
}  // namespace bigstep
