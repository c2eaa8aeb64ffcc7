#include "experiments/train/metric_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "experiments/train/testing.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

// A metric that breaks its promise, as `how` says.
struct UntruthfulOptions {
  std::string how = "nan";
  static void Describe(Schema<UntruthfulOptions>& s) {
    s.Summary("Lies.").Paper("none");
    s.Field("how", &UntruthfulOptions::how).Doc("in which way");
  }
};

class Untruthful final : public Metric {
 public:
  Untruthful(const UntruthfulOptions& options, const MetricArgs&)
      : how_(options.how) {}

  MetricTraits Traits() const override {
    return {Timing::kByStep, {{"value", "a number"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation&) const override {
    if (how_ == "nan") return Json{{"value", std::nan("")}};
    if (how_ == "text") return Json{{"value", "much"}};
    if (how_ == "missing") return Json::object();
    if (how_ == "beyond") return Json{{"value", 100}};
    return Json{{"value", 1}, {"more", 2}};
  }

 private:
  std::string how_;
};

BIGSTEP_REGISTER(Metrics, "untruthful", Untruthful, UntruthfulOptions);

TEST(MetricChecksTest, WhatAMetricDidNotPromiseIsAFailure) {
  const struct {
    std::string how, reason;
  } kCases[] = {
      {"nan",
       "must be a finite number (up to 1e150) or null, got NaN or infinity"},
      {"text", "must be a finite number (up to 1e150) or null, got \"much\""},
      {"missing", "Compute() returned no 'value'"},
      {"beyond", "is 100, outside of its declared range of 0 to 1; correct"},
      {"more", "'more' is neither a declared result nor a list"},
  };
  for (const auto& [how, reason] : kCases) {
    TrialSettings settings = SettingsOf();
    settings.metrics = {
        {"untruthful",
         ParsePlugin<MetricFamily>("{name: untruthful, how: " + how + "}")}};
    const TrialResult result = TrainNow(settings);
    EXPECT_EQ(result.outcome, Outcome::kFailed) << how;
    EXPECT_THAT(result.reason, HasSubstr(reason));
  }
}

}  // namespace
}  // namespace bigstep
