#include "experiments/report/analysis/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Three values of lr with five seeds each; accuracies rise, sizes fall.
StudyBuilder RisingStudy() {
  StudyBuilder b;
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
          "By the highest accuracy.validation (0.62), the best lr is 1.0, with "
          "accuracy.test 0.620 ± 0.016, size.bytes 52.0 ± 1.6 (n = 5).",
          "accuracy.test has no decided trend with lr (rank correlation +1.00 "
          "[+1.00, +1.00], n = 5: too few seeds for a verdict on a trend over "
          "fewer than four values): from a mean of 0.521 at 0.01 to 0.620 at "
          "1.0.",
          "size.bytes has no decided trend with lr (rank correlation -1.00 "
          "[-1.00, -1.00], n = 5: too few seeds for a verdict on a trend over "
          "fewer than four values): from a mean of 101.5 at 0.01 to 52.0 at "
          "1.0.",
          "In all 2 ranked results in tandem, lr=1.0 is best: 1.00 of the way "
          "from the worst to the best configuration of the study, the mean of "
          "accuracy.test 1.00, size.bytes 1.00.",
          "Differences and rank correlations are paired by seed; intervals are "
          "Student's, corrected by Holm over 2 trends. n = 5: too few seeds "
          "for a verdict on a trend over fewer than four values."));
}

TEST(FindingsTest, ATrendThatSixSeedsShareIsOne) {
  StudyBuilder b;
  for (const double lr : {0.01, 0.1, 1.0}) {
    const size_t configuration = b.AddAxisValue("lr", Json(lr).dump(), lr);
    for (int seed = 0; seed < 6; ++seed) {
      b.AddCompleted({configuration}, seed, 0.5 + 0.1 * lr + 0.01 * seed, 1);
    }
  }
  // By hand: the exact p is 2 of 2^6 signs.
  EXPECT_THAT(
      Findings(b.Analyzed()),
      Contains(HasSubstr("accuracy.test rises with lr (rank correlation "
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
              Contains(HasSubstr("In accuracy.test, better than the best lr: "
                                 "better=0.9 by +0.100 [+0.100, +0.100], n = "
                                 "5, corrected p < 0.001, exact p = 0.062.")));
  EXPECT_THAT(findings,
              Contains(HasSubstr("In accuracy.test, worse than the best lr: "
                                 "worse=0.9 by -0.100 [-0.100, -0.100], n = "
                                 "5,")));
  EXPECT_THAT(findings,
              Contains(HasSubstr("In accuracy.test, undecided against the best "
                                 "lr: undecided=0.9 by 0.00 [")));
  EXPECT_THAT(
      findings,
      Contains("In accuracy.test, not compared with the best lr for lack of a "
               "best configuration or of shared seeds: unfinished."));
  EXPECT_THAT(findings,
              Contains(HasSubstr("corrected by Holm over 6 comparisons "
                                 "and over 2 trends. n = 5: the corrected t "
                                 "interval decides, where all seeds agree in "
                                 "sign.")));
}

TEST(FindingsTest, SaysWhenNoOtherAxisReachesTheReference) {
  StudyBuilder b = RisingStudy();
  AddOther(b, "worse", {-0.1, -0.1, -0.1, -0.1, -0.1});
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(HasSubstr("In accuracy.test, no other axis reaches the "
                                 "best lr: worse=0.9 by -0.100 [-0.100, "
                                 "-0.100], n = 5")));
}

TEST(FindingsTest, ForResultsWithoutDirectionNothingIsBetter) {
  StudyBuilder b = RisingStudy();
  b.study_.columns[0].result.direction = Direction::kNeither;
  AddOther(b, "low", {-0.1, -0.1, -0.1, -0.1, -0.1});
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains(HasSubstr("In accuracy.test, lower than the best lr: "
                                 "low=0.9 by -0.100 [")));
}

TEST(FindingsTest, EveryOutcomeIsNamedWithItsPlaces) {
  const std::vector<std::string> findings = Findings(MixedStudy().Analyzed());
  ASSERT_GE(findings.size(), 5u);
  EXPECT_EQ(findings[0],
            "1 of 8 trials is missing (1 of momentum=0.99): these findings are "
            "partial.");
  EXPECT_EQ(findings[1],
            "1 of 8 trials failed (1 of momentum=0.99), which says nothing "
            "about their configurations.");
  EXPECT_EQ(findings[2],
            "1 of 8 trials diverged (1 of lr=1): they have no values and are "
            "in no mean, and their configurations cannot be an axis's best.");
  EXPECT_EQ(findings[3],
            "1 of 8 trials collapsed to guessing (1 of momentum=0.9): their "
            "values count like those of the others.");
  EXPECT_EQ(findings[4],
            "By the highest accuracy.validation (0.6), the best lr is 0.1, "
            "with accuracy.test 0.60 ± 0.14, size.bytes 200 ± 141 (n = 2); 1 "
            "of 2 configurations could not be chosen, as not all of "
            "their trials completed with that result.");
  EXPECT_THAT(findings.back(),
              HasSubstr("n = 2: too few seeds for a verdict."));
}

TEST(FindingsTest, TrendsSayHowManyTrialsTheyLeaveOut) {
  EXPECT_THAT(Findings(MixedStudy().Analyzed()),
              Contains("accuracy.test has no decided trend with lr (rank "
                       "correlation +1.00, n = 1: too few seeds for a verdict, "
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
              Contains(HasSubstr("size.bytes has no rank correlation with lr "
                                 "(results or axis values are all equal)")));
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
              Contains(HasSubstr("Sensitivity: over the trials that completed "
                                 "without collapsing alone, 2 verdicts turn: "
                                 "accuracy.test of other (lower, then too few "
                                 "seeds)")));
}

TEST(FindingsTest, AnotherSelectionSaysWhetherVerdictsStay) {
  StudyBuilder b = RisingStudy();
  AddOther(b, "other", {-0.1, -0.11, -0.1, -0.12, -0.1});
  b.study_.other_selections = {{"size.bytes", true}, {"size.bytes", false}};
  const std::vector<std::string> findings = Findings(b.Analyzed());
  EXPECT_THAT(
      findings,
      Contains("Chosen by the lowest size.bytes instead, the best lr is "
               "still 1.0; every verdict stays."));
  EXPECT_THAT(findings, Contains(HasSubstr(
                            "Chosen by the highest size.bytes instead, the "
                            "best lr is 0.01, not 1.0")));
}

TEST(FindingsTest, ABestThatMayYetChangeIsBestSoFar) {
  StudyBuilder b = RisingStudy();
  b.AddMissing({b.AddAxisValue("lr", "2", 2.0)}, 0);
  AddOther(b, "other", {0.1, 0.1, 0.1, 0.1, 0.1});
  b.AddMissing({b.AddAxisValue("other", "2", 2.0)}, 0);
  const std::vector<std::string> findings = Findings(b.Analyzed());
  EXPECT_THAT(findings, Contains(HasSubstr("the best lr is so far 1.0, with")));
  EXPECT_THAT(findings, Contains(HasSubstr(
                            "In accuracy.test, better than the best lr so far: "
                            "other=0.9 (best so far) by +0.100 [+0.100, ")));
}

TEST(FindingsTest, LabelsWithoutNumbersHaveABestAndNoTrend) {
  StudyBuilder b;
  b.AddCompleted({b.AddAxisValue("lr", "slow", std::nullopt)}, 0, 0.5, 1);
  b.AddCompleted({b.AddAxisValue("lr", "fast", std::nullopt)}, 0, 0.75, 1);
  EXPECT_THAT(Findings(b.Analyzed()),
              Contains("accuracy.test has no rank correlation with lr (no "
                       "trial can be ranked, 2 trials with an axis value that "
                       "is not a number): highest at fast (0.7500)."));
}

TEST(FindingsTest, WithoutAReferenceEveryAxisHasItsTrend) {
  StudyBuilder b = RisingStudy();
  AddOther(b, "momentum", {0, 0, 0, 0, 0});
  b.study_.reference = "";
  const std::vector<std::string> findings = Findings(b.Analyzed());
  EXPECT_THAT(findings, Contains(HasSubstr("trend with lr")));
  EXPECT_THAT(findings, Contains(HasSubstr("correlation with momentum")));
  EXPECT_THAT(findings,
              Contains(HasSubstr("the best configuration is lr=1.0 (tied with "
                                 "momentum=0.9), with")));
  EXPECT_THAT(findings, Not(Contains(HasSubstr("comparisons"))));
}

TEST(FindingsTest, WithoutARuleNothingIsChosen) {
  StudyBuilder b = RisingStudy();
  b.study_.selection = "";
  EXPECT_THAT(Findings(b.Analyzed())[0],
              HasSubstr("No best configuration is chosen"));
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
  StudyBuilder b;
  const size_t configuration = b.AddAxisValue("lr", "1", 1.0);
  b.AddCompleted({configuration}, 0, 0.75, 80);
  b.AddCompleted({configuration}, 1, 0.75, nullptr);
  EXPECT_THAT(
      Findings(b.Analyzed()),
      Contains(HasSubstr("the best lr is 1, with accuracy.test 0.7500 ± 0.0000 "
                         "(n = 2), size.bytes 80.000 (n = 1).")));
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
              Contains(HasSubstr("accuracy.test has no decided trend with lr "
                                 "(rank correlation +1.00, n = 1: too few "
                                 "seeds for a verdict)")));
  EXPECT_THAT(findings,
              Contains("In accuracy.test, no verdict against the best lr: l2=1 "
                       "by -0.3000, n = 1: too few seeds for a verdict."));
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
