#include "experiments/report/analysis/analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;

const Correlation& CorrelationOf(const Analysis& analysis,
                                 const std::string& axis, size_t column) {
  for (const Correlation& correlation : analysis.correlations) {
    if (correlation.axis == axis && correlation.column == column) {
      return correlation;
    }
  }
  ADD_FAILURE() << axis;
  return analysis.correlations.at(0);
}

TEST(AnalysisTest, CountsOutcomesAndDropsNone) {
  const Analysis analysis = MixedStudy().Analyzed();
  ASSERT_EQ(analysis.configurations.size(), 5u);
  EXPECT_EQ(analysis.configurations[0].completed, 2);
  EXPECT_TRUE(analysis.configurations[0].complete());
  EXPECT_EQ(analysis.configurations[1].completed, 1);
  EXPECT_EQ(analysis.configurations[1].diverged, 1);
  EXPECT_FALSE(analysis.configurations[1].complete());
  EXPECT_EQ(analysis.configurations[2].completed,
            2);  // The trials of the first.
  EXPECT_EQ(analysis.configurations[3].collapsed, 1);
  EXPECT_EQ(analysis.configurations[3].completed, 2);
  EXPECT_EQ(analysis.configurations[4].failed, 1);
  EXPECT_EQ(analysis.configurations[4].missing, 1);
  // Each trial once, though two belong to two configurations.
  EXPECT_EQ(analysis.total.trials, 8);
  EXPECT_EQ(analysis.total.completed, 5);
  EXPECT_EQ(analysis.total.collapsed, 1);
  EXPECT_EQ(analysis.total.diverged, 1);
  EXPECT_EQ(analysis.total.failed, 1);
  EXPECT_EQ(analysis.total.missing, 1);
}

TEST(AnalysisTest, SummarizesWhatIsDefined) {
  const Analysis analysis = MixedStudy().Analyzed();
  // By hand.
  EXPECT_DOUBLE_EQ(analysis.configurations[0].values[0].mean, 0.6);
  EXPECT_DOUBLE_EQ(analysis.configurations[0].values[1].mean, 200);
  EXPECT_EQ(analysis.configurations[3].values[0].n, 2);
  EXPECT_EQ(analysis.configurations[3].values[1].n, 1);  // One is null.
  EXPECT_EQ(analysis.configurations[4].values[0].n, 0);
  EXPECT_EQ(analysis.configurations[0].by_seed[0],
            (std::map<int64_t, double>{{0, 0.5}, {1, 0.7}}));
}

TEST(AnalysisTest, ResultsAreFoundByNameWhereverTheDotsAre) {
  Record record;
  record.metrics = {{"a.b", {{"c", 1}}}, {"a", {{"b.d", 2}, {"list", {1, 2}}}}};
  EXPECT_EQ(ResultOf(record, "a.b.c"), 1.0);
  EXPECT_EQ(ResultOf(record, "a.b.d"), 2.0);
  EXPECT_EQ(ResultOf(record, "a.list"), std::nullopt);
  EXPECT_EQ(ResultOf(record, "a.none"), std::nullopt);
  EXPECT_EQ(ResultOf(record, ""), std::nullopt);
  record.outcome = Outcome::kDiverged;
  EXPECT_EQ(ResultOf(record, "a.b.c"), std::nullopt);
}

TEST(AnalysisTest, CorrelatesWithinSeedsAndSaysWhichTrialsItLeavesOut) {
  const Analysis analysis = MixedStudy().Analyzed();
  // By hand: seed 0 rises from 0.5 at lr 0.1 to 0.9 at 1; the trial of seed 1
  // at 1 diverged, so that its other value alone has no rank correlation.
  const Correlation& lr = CorrelationOf(analysis, "lr", 0);
  EXPECT_EQ(lr.rho, 1.0);
  EXPECT_EQ(lr.test.summary.n, 1);
  EXPECT_EQ(lr.trials, 3);
  EXPECT_EQ(lr.without_value, 1);  // The diverged one.
  EXPECT_EQ(lr.without_number, 0);
  EXPECT_TRUE(lr.alone);
  const Correlation& momentum = CorrelationOf(analysis, "momentum", 1);
  EXPECT_EQ(momentum.trials, 3);
  EXPECT_EQ(momentum.without_value, 3);  // Null, failed, missing.
}

TEST(AnalysisTest, TheTrendIsTheMeanOfThoseOfTheSeeds) {
  StudyBuilder b;
  // By hand: seed 0 rises throughout (+1), seed 1 has the order 1 3 2 (+.5),
  // seed 2 is flat (0). Pooled, the seeds' levels would hide it.
  const double accuracies[3][3] = {
      {0.1, 0.2, 0.3}, {0.5, 0.7, 0.6}, {0.9, 0.9, 0.9}};
  for (int value = 0; value < 3; ++value) {
    const size_t at = b.AddAxisValue("lr", std::to_string(value), value);
    for (int seed = 0; seed < 3; ++seed) {
      b.AddCompleted({at}, seed, accuracies[seed][value], 1);
    }
  }
  const Analysis analysis = b.Analyzed();
  const Correlation& lr = CorrelationOf(analysis, "lr", 0);
  EXPECT_DOUBLE_EQ(*lr.rho, 0.5);
  EXPECT_EQ(lr.test.summary.n, 3);
  EXPECT_EQ(lr.test.side, Side::kTooFewSeeds);
}

TEST(AnalysisTest, TiesOfTheBestAreNamedAndOtherSelectionsAreTried) {
  StudyBuilder b;
  b.study_.other_selections = {{"size.bytes", true}};
  b.AddCompleted({b.AddAxisValue("lr", "1", 1.0)}, 0, 0.5, 1);
  b.AddCompleted({b.AddAxisValue("lr", "2", 2.0)}, 0, 0.75, 3);
  b.AddCompleted({b.AddAxisValue("lr", "3", 3.0)}, 0, 0.75, 2);
  const Analysis analysis = b.Analyzed();
  EXPECT_EQ(analysis.best[0].configuration, 1u);
  EXPECT_THAT(analysis.best[0].ties, ElementsAre(2u));
  ASSERT_EQ(analysis.alternatives.size(), 2u);
  EXPECT_EQ(analysis.alternatives[0].how, "by the lowest size: bytes");
  EXPECT_EQ(analysis.alternatives[0].best[0].configuration, 0u);
  EXPECT_EQ(analysis.alternatives[1].how,
            "with the last instead of the first of the values that tie");
  EXPECT_EQ(analysis.alternatives[1].best[0].configuration, 2u);
}

TEST(AnalysisTest, OneConfigurationInTwoSweepsIsNoTie) {
  StudyBuilder b;
  const size_t lr = b.AddAxisValue("lr", "1", 1.0);
  b.AddCompleted({lr, b.AddAxisValue("l2", "0", 0.0)}, 0, 0.5, 1);
  EXPECT_TRUE(b.Analyzed().best_of_all.ties.empty());
}

TEST(AnalysisTest, SettingsWithoutNumbersAreLeftOutAndCounted) {
  StudyBuilder b;
  const size_t none = b.AddAxisValue("l2", "none", std::nullopt);
  b.AddCompleted({none}, 0, 0.9, 1);
  for (const double value : {0.1, 0.2, 0.3}) {
    b.AddCompleted({b.AddAxisValue("l2", "x", value)}, 0, value, 1);
  }
  const Analysis analysis = b.Analyzed();
  const Correlation& l2 = CorrelationOf(analysis, "l2", 0);
  EXPECT_EQ(l2.rho, 1.0);
  EXPECT_EQ(l2.trials, 3);
  EXPECT_EQ(l2.without_number, 1);
  EXPECT_EQ(CorrelationOf(analysis, "l2", 1).rho, std::nullopt);  // All equal.
}

TEST(AnalysisTest, AnAxisThatNeverVariesAloneIsJudgedOverItsGrid) {
  StudyBuilder b;
  for (const double lr : {1, 2}) {
    for (const double l2 : {10, 20}) {
      const size_t configuration = b.AddConfiguration(
          {"lr x l2", "x", {{"lr", "x", lr}, {"l2", "x", l2}}});
      b.AddCompleted({configuration}, 0, lr / 4, l2);
    }
  }
  const Analysis analysis = b.Analyzed();
  const Correlation& lr = CorrelationOf(analysis, "lr", 0);
  EXPECT_FALSE(lr.alone);
  EXPECT_EQ(lr.trials, 4);
  EXPECT_DOUBLE_EQ(*lr.rho, 1);
  EXPECT_DOUBLE_EQ(*CorrelationOf(analysis, "lr", 1).rho, 0);
  EXPECT_TRUE(analysis.best.empty());
  EXPECT_EQ(analysis.best_of_all.configuration,
            2u);  // The first of equal ones.
  // Once it varies alone as well, only that counts.
  b.AddCompleted({b.AddAxisValue("lr", "3", 3.0)}, 0, 0.1, 1);
  EXPECT_EQ(CorrelationOf(b.Analyzed(), "lr", 0).trials, 1);
  EXPECT_TRUE(CorrelationOf(b.Analyzed(), "lr", 0).alone);
  EXPECT_FALSE(CorrelationOf(b.Analyzed(), "l2", 0).alone);
}

TEST(AnalysisTest, ChoosesAmongSettingsWhoseTrialsAllCompleted) {
  const Analysis analysis = MixedStudy().Analyzed();
  ASSERT_EQ(analysis.best.size(), 2u);
  // lr=1 has the highest mean but diverged once.
  EXPECT_EQ(analysis.best[0].axis, "lr");
  EXPECT_EQ(analysis.best[0].configuration, 0u);
  EXPECT_DOUBLE_EQ(*analysis.best[0].selected_by, 0.6);
  EXPECT_EQ(analysis.best[0].configurations, 2);
  EXPECT_EQ(analysis.best[0].eligible, 1);
  EXPECT_FALSE(analysis.best[0].unfinished);
  // A collapsed trial completed. Two trials of the axis have no result.
  EXPECT_TRUE(analysis.best[1].unfinished);
  EXPECT_EQ(analysis.best[1].configuration, 3u);
  EXPECT_EQ(analysis.best[1].eligible, 2);
  EXPECT_EQ(analysis.best_of_all.configuration, 3u);
  EXPECT_EQ(analysis.best_of_all.configurations, 5);
}

TEST(AnalysisTest, TheRuleMayAskForTheLowest) {
  StudyBuilder b = MixedStudy();
  b.study_.selection_lower = true;
  EXPECT_EQ(b.Analyzed().best[1].configuration, 2u);
}

TEST(AnalysisTest, WithoutARuleNothingIsChosenNorSubtracted) {
  StudyBuilder b = MixedStudy();
  b.study_.selection = "";
  const Analysis analysis = b.Analyzed();
  ASSERT_EQ(analysis.best.size(), 2u);
  EXPECT_EQ(analysis.best[0].configuration, std::nullopt);
  EXPECT_EQ(analysis.best_of_all.configuration, std::nullopt);
  ASSERT_EQ(analysis.differences.size(), 2u);
  const SeedTest& test = analysis.differences[0].test;
  EXPECT_EQ(test.summary.n, 0);
  EXPECT_TRUE(std::isnan(test.summary.mean));
  EXPECT_FALSE(test.corrected.has_value());
  EXPECT_EQ(test.side, Side::kTooFewSeeds);
}

TEST(AnalysisTest, SubtractsTheReferencesBestSeedBySeed) {
  const Analysis analysis = MixedStudy().Analyzed();
  ASSERT_EQ(analysis.differences.size(), 2u);
  // By hand: 0.75 - 0.5 and 0.75 - 0.7, with the standard error 0.1 and the t
  // of one degree of freedom, tan(0.475 pi). The second difference has one
  // value: one comparison is corrected for.
  const Difference& accuracy = analysis.differences[0];
  EXPECT_EQ(accuracy.axis, "momentum");
  EXPECT_EQ(accuracy.column, 0u);
  EXPECT_EQ(accuracy.test.summary.n, 2);
  EXPECT_EQ(accuracy.test.comparisons, 1);
  EXPECT_DOUBLE_EQ(accuracy.test.summary.mean, 0.15);
  const double half = 0.1 * std::tan(0.475 * std::acos(-1));
  EXPECT_NEAR(accuracy.test.corrected->low, 0.15 - half, 1e-12);
  EXPECT_NEAR(accuracy.test.corrected->high, 0.15 + half, 1e-12);
  EXPECT_EQ(accuracy.test.side, Side::kTooFewSeeds);
  // Only seed 1 has a size on both sides: 80 - 300.
  EXPECT_EQ(analysis.differences[1].test.summary.n, 1);
  EXPECT_DOUBLE_EQ(analysis.differences[1].test.summary.mean, -220);
  EXPECT_FALSE(analysis.differences[1].test.corrected.has_value());
}

TEST(AnalysisTest, WithoutAReferenceThereAreNoDifferences) {
  StudyBuilder b = MixedStudy();
  b.study_.reference = "";
  EXPECT_TRUE(b.Analyzed().differences.empty());
}

TEST(AnalysisTest, TandemIsTheMeanPlaceBetweenWorstAndBest) {
  const Analysis analysis = MixedStudy().Analyzed();
  // By hand. Means of accuracy: 0.6, 0.9, 0.6, 0.75, none; of bytes, lower is
  // better: 200, 50, 200, 80, none.
  const auto part = [&](size_t configuration, size_t column) {
    return analysis.tandem[configuration].parts[column];
  };
  EXPECT_DOUBLE_EQ(*part(0, 0), 0);
  EXPECT_DOUBLE_EQ(*part(1, 0), 1);
  EXPECT_NEAR(*part(3, 0), 0.5, 1e-15);
  EXPECT_DOUBLE_EQ(*part(0, 1), 0);
  EXPECT_DOUBLE_EQ(*part(1, 1), 1);
  EXPECT_NEAR(*part(3, 1), 0.8, 1e-15);
  EXPECT_NEAR(*analysis.tandem[3].score, 0.65, 1e-15);
  EXPECT_THAT(analysis.tandem[4].parts,
              ElementsAre(std::nullopt, std::nullopt));
  EXPECT_EQ(analysis.tandem[4].score, std::nullopt);
}

// By hand: without lr=3, accuracies go from 0.5 to 0.9 and bytes from 4 to 2.
TEST(AnalysisTest, WhatCollapsedHasNoPlaceInTandemAndSetsNoScale) {
  StudyBuilder b;
  b.AddCompleted({b.AddAxisValue("lr", "0.1", 0.1)}, 0, 0.5, 4);
  b.AddCompleted({b.AddAxisValue("lr", "1", 1.0)}, 0, 0.9, 2);
  b.AddCompleted({b.AddAxisValue("lr", "2", 2.0)}, 0, 0.7, 3);
  b.AddCompleted({b.AddAxisValue("lr", "3", 3.0)}, 0, 0.1, 0).collapsed = true;
  const Analysis analysis = b.Analyzed();
  EXPECT_DOUBLE_EQ(*analysis.tandem[0].score, 0);
  EXPECT_DOUBLE_EQ(*analysis.tandem[1].score, 1);
  EXPECT_DOUBLE_EQ(*analysis.tandem[2].score, 0.5);
  EXPECT_EQ(analysis.tandem[3].score, std::nullopt);
  const auto range =
      RangeOfMeans(analysis, AllConfigurations(analysis.study), 1);
  EXPECT_EQ(range->low, 2);
  EXPECT_EQ(range->high, 4);
}

TEST(AnalysisTest, TandemLeavesOutWhatHasNoDirectionOrDoesNotVary) {
  StudyBuilder b;
  b.study_.columns[1].result.direction = Direction::kNeither;
  b.AddCompleted({b.AddAxisValue("lr", "1", 1.0)}, 0, 0.25, 1);
  b.AddCompleted({b.AddAxisValue("lr", "2", 2.0)}, 0, 0.75, 2);
  EXPECT_THAT(b.Analyzed().tandem[1].parts, ElementsAre(1.0, std::nullopt));
  EXPECT_EQ(b.Analyzed().tandem[1].score, 1.0);
  b.records_["t1"] = b.records_["t0"];
  EXPECT_THAT(b.Analyzed().tandem[1].parts,
              ElementsAre(std::nullopt, std::nullopt));
  EXPECT_EQ(b.Analyzed().tandem[1].score, std::nullopt);
}

TEST(AnalysisTest, AStudyWithoutRecordsIsAllMissing) {
  StudyBuilder b = MixedStudy();
  b.records_.clear();
  const Analysis analysis = b.Analyzed();
  EXPECT_EQ(analysis.total.missing, 8);
  EXPECT_EQ(analysis.best_of_all.configuration, std::nullopt);
  EXPECT_EQ(CorrelationOf(analysis, "lr", 0).trials, 0);
}

TEST(AnalysisTest, RecordsOfOtherStudiesAreIgnored) {
  StudyBuilder b = MixedStudy();
  b.records_["other"] = b.records_["t0"];
  EXPECT_EQ(b.Analyzed().total.trials, 8);
}

}  // namespace
}  // namespace bigstep
