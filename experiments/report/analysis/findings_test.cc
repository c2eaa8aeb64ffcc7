#include "experiments/report/analysis/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// With titles for readers.
StudyBuilder TitledStudy(StudyBuilder b = {}) {
  b.study_.columns[0].result.title = "accuracy";
  b.study_.columns[1].result.title = "size";
  b.study_.titles = {{"accuracy.validation", "validation accuracy"}};
  return b;
}

// Three values of lr with five seeds each; accuracies rise, sizes fall.
StudyBuilder RisingStudy() {
  StudyBuilder b = TitledStudy();
  for (const double lr : {0.01, 0.1, 1.0}) {
    const size_t configuration = b.AddAxisValue("lr", Json(lr).dump(), lr);
    for (int seed = 0; seed < 5; ++seed) {
      b.AddCompleted({configuration}, seed, 0.5 + 0.1 * lr + 0.01 * seed,
                     100 - 50 * lr + seed);
    }
  }
  return b;
}

// An axis of one value whose accuracies are those of the best lr and `more`.
void AddOther(StudyBuilder& b, const std::string& axis,
              const std::vector<double>& more) {
  const size_t configuration = b.AddAxisValue(axis, "0.9", 0.9);
  for (size_t seed = 0; seed < more.size(); ++seed) {
    const double lr = 0.6 + 0.01 * static_cast<double>(seed);
    b.AddCompleted({configuration}, static_cast<int64_t>(seed), lr + more[seed],
                   50);
  }
}

TEST(FindingsTest, SaysWhatTheAxisDoesWithFigures) {
  StudyBuilder b = RisingStudy();
  // By hand: means of accuracy 0.52 + 0.1 lr, of bytes 102 - 50 lr, standard
  // deviations sqrt(10 / 4) of the steps. Each seed rises throughout; five
  // seeds are too few for a trend over three values.
  EXPECT_THAT(
      Findings(b.Analyzed()),
      ElementsAre(
          "The best lr is 1.0, by the highest validation accuracy, 0.62: "
          "accuracy 0.620 ± 0.016, size 52.0 ± 1.6 (n = 5).",
          "Accuracy has too few seeds for a trend with lr (rank correlation "
          "+1.00 [+1.00, +1.00], n = 5, of fewer than four values): from a "
          "mean of 0.521 at 0.01 to 0.620 "
          "at 1.0.",
          "Size has too few seeds for a trend with lr (rank correlation -1.00 "
          "[-1.00, -1.00], n = 5, of fewer than four values): from a mean of "
          "101.5 at 0.01 to 52.0 at "
          "1.0.",
          "Over all 2 ranked results, lr=1.0 has the highest mean score: 1.00, "
          "where 0 is the worst configuration of the study and 1 the best.",
          "Tests are paired by seed. Intervals and p are corrected by Holm "
          "over 2 tests (0 differences, 2 trends). n = 5: too few seeds for a "
          "verdict on a correlation of fewer than four values."));
}

TEST(FindingsTest, ATrendThatSixSeedsShareIsOne) {
  StudyBuilder b = TitledStudy();
  for (const double lr : {0.01, 0.1, 1.0}) {
    const size_t configuration = b.AddAxisValue("lr", Json(lr).dump(), lr);
    for (int seed = 0; seed < 6; ++seed) {
      b.AddCompleted({configuration}, seed, 0.5 + 0.1 * lr + 0.01 * seed, 1);
    }
  }
  // By hand: the exact p is 2 of 2^6 signs.
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(HasSubstr("Accuracy rises with lr (rank correlation "
                                 "+1.00 [+1.00, +1.00], n = 6, corrected p < "
                                 "0.001, exact p = 0.031)")));
}

TEST(FindingsTest, TellsTheBetterFromTheWorseAndTheUndecided) {
  StudyBuilder b = RisingStudy();
  AddOther(b, "worse", {-0.1, -0.1, -0.1, -0.1, -0.1});
  AddOther(b, "better", {0.1, 0.1, 0.1, 0.1, 0.1});
  AddOther(b, "undecided", {0.1, -0.1, 0.1, -0.1, 0});
  b.AddMissing({b.AddAxisValue("unfinished", "1", 1.0)}, 0);
  const std::vector<std::string> findings = Findings(b.Analyzed());
  EXPECT_THAT(findings,
              Contains(HasSubstr("Accuracy, better than the best lr: "
                                 "better=0.9 by +0.100 [+0.100, +0.100], n = "
                                 "5, corrected p < 0.001, exact p = 0.062.")));
  EXPECT_THAT(findings,
              Contains(HasSubstr("Accuracy, worse than the best lr: "
                                 "worse=0.9 by -0.100 [-0.100, -0.100], n = "
                                 "5,")));
  EXPECT_THAT(findings,
              Contains(HasSubstr("Accuracy, no significant difference from "
                                 "the best lr: undecided=0.9 by 0.00 [")));
  EXPECT_THAT(
      findings,
      Contains("No best value yet to compare with the best lr: unfinished."));
  EXPECT_THAT(findings,
              Contains(HasSubstr("corrected by Holm over 8 tests (6 "
                                 "differences, 2 trends). n = 5: the corrected "
                                 "t interval decides, where all seeds agree in "
                                 "sign.")));
}

TEST(FindingsTest, SeedsThatChangedAreNamed) {
  StudyBuilder b = RisingStudy();
  b.study_.seed_changes = {{"2026-01-31T12:00:00Z", 6, {3, 4}, {}},
                           {"2026-02-01T12:00:00Z", 15, {}, {7}}};
  EXPECT_THAT(
      Findings(b.Analyzed()),
      Contains("Seeds changed while trials were done: 3, 4 added after 6 "
               "trials (2026-01-31); 7 removed after 15 trials (2026-02-01). "
               "If that depended on their results, the p are too small."));
}

TEST(FindingsTest, ABetterCombinationIsNamed) {
  StudyBuilder b = RisingStudy();
  const auto grid = [&b](double accuracy) {
    const size_t configuration = b.AddConfiguration(
        {"lr x l2", "lr=1, l2=0.1", {{"lr", "1", 1.0}, {"l2", "0.1", 0.1}}});
    for (int seed = 0; seed < 5; ++seed) {
      b.AddCompleted({configuration}, seed, accuracy, 40);
    }
  };
  grid(0.3);
  EXPECT_THAT(Findings(b.Analyzed()),
              Not(Contains(HasSubstr("Of all configurations"))));
  grid(0.75);
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains("Of all configurations, the best is lr=1, l2=0.1, by "
                       "the highest validation accuracy, 0.75: accuracy "
                       "0.750 ± 0.000, size 40.0 ± 0.0 (n = 5)."));
}

TEST(FindingsTest, SaysWhenNoOtherAxisReachesTheReference) {
  StudyBuilder b = RisingStudy();
  AddOther(b, "worse", {-0.1, -0.1, -0.1, -0.1, -0.1});
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(HasSubstr("Accuracy, no other axis reaches the "
                                 "best lr: worse=0.9 by -0.100 [-0.100, "
                                 "-0.100], n = 5")));
}

TEST(FindingsTest, ForResultsWithoutDirectionNothingIsBetter) {
  StudyBuilder b = RisingStudy();
  b.study_.columns[0].result.direction = Direction::kNeither;
  AddOther(b, "low", {-0.1, -0.1, -0.1, -0.1, -0.1});
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(HasSubstr("Accuracy, lower than the best lr: "
                                 "low=0.9 by -0.100 [")));
}

TEST(FindingsTest, EveryOutcomeIsNamedWithItsPlaces) {
  const std::vector<std::string> findings =
      Findings(TitledStudy(MixedStudy()).Analyzed());
  ASSERT_GE(findings.size(), 5u);
  EXPECT_EQ(findings[0],
            "1 of 8 trials is missing (1 of momentum=0.99): these findings are "
            "partial.");
  EXPECT_EQ(findings[1],
            "1 of 8 trials failed (1 of momentum=0.99): they count nowhere.");
  EXPECT_EQ(findings[2],
            "1 of 8 trials diverged (1 of lr=1): they are in no mean, and "
            "their configurations cannot be best.");
  EXPECT_EQ(findings[3],
            "1 of 8 trials collapsed to guessing (1 of momentum=0.9): they "
            "count like the others.");
  EXPECT_EQ(findings[4],
            "The best lr is 0.1, by the highest validation accuracy, 0.6: "
            "accuracy 0.60 ± 0.14, size 200 ± 141 (n = 2). It is chosen from 1 "
            "of 2 values; the others did not complete all trials.");
  EXPECT_THAT(findings.back(),
              HasSubstr("n = 2: too few seeds for a verdict."));
}

TEST(FindingsTest, TrendsSayHowManyTrialsTheyLeaveOut) {
  EXPECT_THAT(Findings(TitledStudy(MixedStudy()).Analyzed()),
              Contains("Accuracy has too few seeds for a trend with lr (rank "
                       "correlation +1.00, n = 1, "
                       "1 trial without a value): from a mean of 0.60 at 0.1 "
                       "to 0.90 at 1."));
}

TEST(FindingsTest, APeakInTheMiddleIsNamed) {
  StudyBuilder b;
  const double accuracies[] = {0.5, 0.9, 0.7};
  for (int i = 0; i < 3; ++i) {
    b.AddCompleted({b.AddAxisValue("lr", std::to_string(i), i)}, 0,
                   accuracies[i], 1);
  }
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(HasSubstr("from a mean of 0.5000 at 0 to 0.7000 at 2; "
                                 "highest at 1 (0.9000).")));
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(HasSubstr("Size: bytes has no trend with lr to test "
                                 "(the results or the values of lr do not "
                                 "differ)")));
}

TEST(FindingsTest, APlateauIsNamedWhereItBegins) {
  StudyBuilder b;
  const double accuracies[] = {0.5, 1, 1};
  for (int i = 0; i < 3; ++i) {
    b.AddCompleted({b.AddAxisValue("lr", std::to_string(i), i)}, 0,
                   accuracies[i], 1);
  }
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(HasSubstr(
                  "from a mean of 0.5000 at 0 to 1.0000 at 2, reached at 1.")));
}

TEST(FindingsTest, SmallDifferencesKeepTheDigitsOfTheirUncertainty) {
  StudyBuilder b = RisingStudy();
  AddOther(b, "same", {-2e-5, -1e-5, -2e-5, -1e-5, -2e-5});
  // By hand: mean -1.6e-5, standard error 2.4e-6.
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(HasSubstr("same=0.9 by -0.0000160 [")));
}

TEST(FindingsTest, CollapsedTrialsThatTurnAVerdictAreNamed) {
  StudyBuilder b = RisingStudy();
  AddOther(b, "other", {-0.1, -0.11, -0.1, -0.12, -0.1});
  EXPECT_THAT(Findings(b.Analyzed()), Not(Contains(HasSubstr("Sensitivity"))));
  b.records_[b.study_.trials.back().id].collapsed = true;
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(HasSubstr("Sensitivity: among the trials that completed "
                                 "without collapsing, 2 verdicts change: "
                                 "accuracy of other (lower, then too few "
                                 "seeds)")));
}

TEST(FindingsTest, AnotherSelectionSaysWhetherVerdictsStay) {
  StudyBuilder b = RisingStudy();
  AddOther(b, "other", {-0.1, -0.11, -0.1, -0.12, -0.1});
  b.study_.other_selections = {{"size.bytes", true}, {"size.bytes", false}};
  const std::vector<std::string> findings = Findings(b.Analyzed());
  EXPECT_THAT(
      findings,
      Contains("Chosen by the lowest size instead, the best lr is still 1.0; "
               "all verdicts stay the same."));
  EXPECT_THAT(findings,
              Contains(HasSubstr("Chosen by the highest size instead, the "
                                 "best lr is 0.01, not 1.0")));
}

TEST(FindingsTest, ABestThatMayYetChangeIsBestSoFar) {
  StudyBuilder b = RisingStudy();
  b.AddMissing({b.AddAxisValue("lr", "2", 2.0)}, 0);
  AddOther(b, "other", {0.1, 0.1, 0.1, 0.1, 0.1});
  AddOther(b, "other", {0, 0, 0, 0, 0});
  b.AddMissing({b.AddAxisValue("other", "2", 2.0)}, 0);
  const std::vector<std::string> findings = Findings(b.Analyzed());
  EXPECT_THAT(findings,
              Contains(HasSubstr("The best lr so far is 1.0, by the ")));
  EXPECT_THAT(findings, Contains(HasSubstr(
                            "Accuracy, better than the best lr so far: "
                            "other=0.9 (best so far) by +0.100 [+0.100, ")));
}

TEST(FindingsTest, OneMeasuredValueOfSeveralIsNotBest) {
  StudyBuilder b = TitledStudy();
  b.AddCompleted({b.AddAxisValue("lr", "1", 1.0)}, 0, 0.5, 1);
  b.AddMissing({b.AddAxisValue("lr", "2", 2.0)}, 0);
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains("There is no best lr yet: 1 of 2 values has all "
                       "results, and a choice takes two."));
  b.AddCompleted({b.AddAxisValue("lr", "3", 3.0)}, 0, 0.25, 1);
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(AllOf(HasSubstr("The best lr so far is 1, by the "),
                             HasSubstr("It is chosen from 2 of 3 values; the "
                                       "others lack trials."))));
}

TEST(FindingsTest, LabelsWithoutNumbersHaveABestAndNoTrend) {
  StudyBuilder b;
  b.AddCompleted({b.AddAxisValue("lr", "slow", std::nullopt)}, 0, 0.5, 1);
  b.AddCompleted({b.AddAxisValue("lr", "fast", std::nullopt)}, 0, 0.75, 1);
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains("Accuracy: test has no trend with lr to test (no trial "
                       "can be ranked, 2 trials with an axis value that "
                       "is not a number): highest at fast (0.7500)."));
}

TEST(FindingsTest, WithoutAReferenceEveryAxisHasItsTrend) {
  StudyBuilder b = RisingStudy();
  AddOther(b, "momentum", {0, 0, 0, 0, 0});
  b.study_.reference = "";
  const std::vector<std::string> findings = Findings(b.Analyzed());
  EXPECT_THAT(findings, Contains(HasSubstr("for a trend with lr")));
  EXPECT_THAT(findings, Contains(HasSubstr("trend with momentum to test")));
  EXPECT_THAT(findings,
              Contains(HasSubstr("The best configuration is lr=1.0, tied with "
                                 "momentum=0.9, by the ")));
  EXPECT_THAT(findings, Contains(HasSubstr("(0 differences, 2 trends)")));
}

TEST(FindingsTest, WithoutARuleNothingIsChosen) {
  StudyBuilder b = RisingStudy();
  b.study_.selection = "";
  EXPECT_THAT(Findings(b.Analyzed())[0],
              HasSubstr("No configuration is called best"));
}

TEST(FindingsTest, WithoutRecordsThereAreNoFindings) {
  StudyBuilder b = RisingStudy();
  b.records_.clear();
  EXPECT_THAT(
      Findings(b.Analyzed()),
      ElementsAre("There are no findings yet: all 15 trials are missing."));
}

TEST(FindingsTest, WithoutTrialsThereAreNoFindings) {
  EXPECT_THAT(Findings(Analyze({}, {})),
              ElementsAre("There are no findings: the study has no trials."));
}

TEST(FindingsTest, AResultOfFewerTrialsSaysOfHowMany) {
  StudyBuilder b = TitledStudy();
  const size_t configuration = b.AddAxisValue("lr", "1", 1.0);
  b.AddCompleted({configuration}, 0, 0.75, 80);
  b.AddCompleted({configuration}, 1, 0.75, nullptr);
  EXPECT_THAT(
      Findings(b.Analyzed()),
      Contains(HasSubstr(", 0.75: accuracy 0.7500 ± 0.0000 (n = 2), size "
                         "80.000 (n = 1).")));
}

TEST(FindingsTest, OneSeedHasNoVerdict) {
  StudyBuilder b;
  for (int i = 0; i < 4; ++i) {
    b.AddCompleted({b.AddAxisValue("lr", std::to_string(i), i)}, 0,
                   0.5 + 0.1 * i, 1);
  }
  b.AddCompleted({b.AddAxisValue("l2", "1", 1.0)}, 0, 0.5, 80);
  const std::vector<std::string> findings = Findings(b.Analyzed());
  EXPECT_THAT(findings,
              Contains(HasSubstr("Accuracy: test has too few seeds for a trend "
                                 "with lr (rank correlation +1.00, n = 1)")));
  EXPECT_THAT(
      findings,
      Contains("Accuracy: test, too few seeds for a verdict against the "
               "best lr: l2=1 by -0.3000, n = 1."));
}

TEST(FindingsTest, WhereEveryTrialDivergedNothingElseIsSaid) {
  StudyBuilder b;
  const size_t configuration = b.AddAxisValue("lr", "9", 9.0);
  b.AddOutcome({configuration}, 0, Outcome::kDiverged);
  EXPECT_THAT(Findings(b.Analyzed()),
              ElementsAre(HasSubstr("1 of 1 trial diverged")));
}

}  // namespace
}  // namespace bigstep
