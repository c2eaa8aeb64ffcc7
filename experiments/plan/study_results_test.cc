#include "experiments/plan/study_results.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

// Accuracy is by step, prunability at the end.
StudyResults Results(std::optional<std::set<double>> milestones) {
  return {PlanOf(kTinySpec).trials[0].settings.metrics, std::move(milestones)};
}

TEST(StudyResultsTest, FindsWhatMetricsDeclare) {
  const StudyResults results = Results({});
  EXPECT_EQ(results.Find("accuracy.train")->title(), "training accuracy");
  EXPECT_FALSE(results.Find("accuracy.trai").has_value());
  EXPECT_FALSE(results.Find("accuracy.trained").has_value());
  EXPECT_FALSE(results.Find("").has_value());
}

TEST(StudyResultsTest, MetricsByStepHaveACourse) {
  const StudyResults results = Results(std::set<double>{0.5, 1e-9});
  const auto peak = results.Find("accuracy.train.peak");
  ASSERT_TRUE(peak.has_value());
  EXPECT_EQ(peak->name(), "accuracy.train.peak");
  EXPECT_EQ(peak->title(), "peak of training accuracy");
  EXPECT_EQ(results.Find("accuracy.train.mean")->title(),
            "mean of training accuracy during training");
  EXPECT_EQ(results.Find("accuracy.train.at_0.5")->title(),
            "training accuracy at cross-entropy 0.5");
  EXPECT_TRUE(results.Find("accuracy.train.at_1e-09").has_value());
  for (const char* const unknown :
       {"accuracy.train.at_0.4", "accuracy.train.at_0.50", "accuracy.train.at_",
        "accuracy.train.worst", "accuracy.train.", "accuracy.peak",
        "prunability.auc.peak"}) {
    EXPECT_FALSE(results.Find(unknown).has_value()) << unknown;
  }
}

TEST(StudyResultsTest, WithoutKnowledgeOfMilestonesAnyMayBe) {
  EXPECT_TRUE(Results(std::nullopt).Find("accuracy.train.at_3").has_value());
  EXPECT_FALSE(
      Results(std::set<double>()).Find("accuracy.train.at_3").has_value());
}

TEST(StudyResultsTest, ASpecMayAskForThem) {
  const Plan plan = PlanOf(
      kTinySpec,
      {"base.training.milestones=[0.6, 0.3]",
       "compare.metrics=[accuracy.unbiased_test.at_0.3, accuracy.train.peak]"});
  ASSERT_EQ(plan.study.columns.size(), 2u);
  EXPECT_EQ(plan.study.columns[0].name(), "accuracy.unbiased_test.at_0.3");
  EXPECT_NE(
      Mistakes(kTinySpec, {"compare.metrics=[accuracy.unbiased_test.at_0.3]"})
          .find("compare.metrics[0]: the study's metrics have no result "
                "'accuracy.unbiased_test.at_0.3'"),
      std::string::npos);
}

}  // namespace
}  // namespace bigstep
