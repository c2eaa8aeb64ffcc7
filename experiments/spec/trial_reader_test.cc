#include "experiments/spec/trial_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

TrialSettings FromJson(const Json& json) {
  const auto settings = TrialSettingsFromJson(json, "test");
  EXPECT_OK(settings);
  return settings.ok() ? *settings : TrialSettings();
}

std::string ErrorOf(const Json& json) {
  const auto settings = TrialSettingsFromJson(json, "record.json");
  EXPECT_EQ(settings.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(settings.status().message());
}

TEST(TrialSettingsFromJsonTest, ReadsWhatToJsonWrites) {
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
    const TrialSettings settings = FromJson(trial.settings.ToJson());
    EXPECT_EQ(settings.Id(), trial.id);
    EXPECT_EQ(settings.ToJson(), trial.settings.ToJson());
  }
}

TEST(TrialSettingsFromJsonTest, TextsStayTexts) {
  Json json = PlanOf(kTinySpec).trials[0].settings.ToJson();
  for (const char* text : {"1", "1e3", "true", "null", "", "~", "a: b", "[x]",
                           "# c", "two\nlines\n", " blanks ", "größer 値"}) {
    json["dataset"] = {{"name", "image_groups"}, {"folder", text}};
    const Json again = FromJson(json).ToJson();
    EXPECT_EQ(again["dataset"]["folder"], text);
    EXPECT_EQ(FromJson(again).ToJson(), again);
  }
}

TEST(TrialSettingsFromJsonTest, NumbersKeepEveryBit) {
  Json json = PlanOf(kTinySpec).trials[0].settings.ToJson();
  for (const double lr : {0.1, 1.0 / 3, 1e-300, 2.0, 5e-324,
                          double{std::numeric_limits<float>::max()}}) {
    json["optimizer"]["lr"] = lr;
    EXPECT_EQ(FromJson(json).ToJson()["optimizer"]["lr"].get<double>(), lr);
  }
  json["seed"] = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(FromJson(json).seed, std::numeric_limits<int64_t>::max());
}

TEST(TrialSettingsFromJsonTest, ErrorsAreAllNamed) {
  Json json = PlanOf(kTinySpec).trials[0].settings.ToJson();
  json["optimizer"]["rho"] = 1;
  json["model"]["name"] = "fcnn";
  json.erase("seed");
  const std::string error = ErrorOf(json);
  EXPECT_THAT(error, HasSubstr("record.json: optimizer: unknown key 'rho'"));
  EXPECT_THAT(error, HasSubstr("record.json: model: no model 'fcnn'"));
  EXPECT_THAT(error, HasSubstr("record.json: missing key 'seed'"));
}

TEST(TrialSettingsFromJsonTest, ItMustBeAMap) {
  EXPECT_EQ(ErrorOf(Json::array()),
            "record.json: expected a map, found a list");
  EXPECT_EQ(ErrorOf("text"),
            "record.json: expected a map, found the quoted text 'text'");
}

}  // namespace
}  // namespace bigstep
