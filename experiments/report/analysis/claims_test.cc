#include "experiments/report/analysis/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "experiments/report/analysis/testing.h"
#include "experiments/report/analysis/tests_text.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

// Four values of lr whose accuracies rise from seed to seed and with it, and l2
// at 0.05 less than the best of them.
StudyBuilder RisingStudy(int seeds) {
  StudyBuilder b;
  for (int value = 0; value < 4; ++value) {
    const size_t at = b.AddAxisValue("lr", std::to_string(value), value);
    for (int seed = 0; seed < seeds; ++seed) {
      b.AddCompleted({at}, seed, 0.5 + 0.1 * value + 0.01 * seed, 10 - value);
    }
  }
  const size_t l2 = b.AddAxisValue("l2", "1", 1.0);
  for (int seed = 0; seed < seeds; ++seed) {
    // 0.05 below on average, more or less by .001.
    b.AddCompleted({l2}, seed, 0.75 + 0.01 * seed + 0.001 * (seed % 2), 8);
  }
  return b;
}

void AddClaim(StudyBuilder& b, Claim claim, bool lower = false) {
  claim.id = "C" + std::to_string(b.study_.claims.size() + 1);
  claim.says = "So";
  if (claim.result.empty()) claim.result = "accuracy.test";
  b.study_.claims.push_back({std::move(claim), lower});
}

Claim Along(const std::string& axis, Expectation expect) {
  Claim claim;
  claim.along = axis;
  claim.expect = expect;
  return claim;
}

Claim Compare(Expectation expect, double margin) {
  Claim claim;
  claim.compare = "lr";
  claim.against = {"l2"};
  claim.expect = expect;
  claim.margin = margin;
  return claim;
}

Claim At(const std::string& label, Expectation expect, double value) {
  Claim claim;
  claim.at = {{"lr", label}};
  claim.expect = expect;
  claim.value = value;
  return claim;
}

std::vector<ClaimOutcome> Outcomes(const StudyBuilder& b) {
  std::vector<ClaimOutcome> outcomes;
  for (const Verdict& verdict : b.Analyzed().verdicts) {
    outcomes.push_back(verdict.outcome);
  }
  return outcomes;
}

constexpr ClaimOutcome kYes = ClaimOutcome::kSupported;
constexpr ClaimOutcome kNo = ClaimOutcome::kContradicted;
constexpr ClaimOutcome kOpen = ClaimOutcome::kUndecided;

TEST(ClaimsTest, TrendsAreJudgedWithinSeeds) {
  StudyBuilder b = RisingStudy(5);
  AddClaim(b, Along("lr", Expectation::kRises));
  AddClaim(b, Along("lr", Expectation::kFalls));
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kYes, kNo));
  const Verdict verdict = b.Analyzed().verdicts[1];
  EXPECT_EQ(verdict.effect, 1);  // As measured, not as claimed.
  EXPECT_EQ(verdict.n, 5);
  EXPECT_EQ(verdict.p, 0.0625);
  EXPECT_EQ(verdict.comparisons, 2);
  EXPECT_EQ(verdict.figure, "accuracy-test");
  EXPECT_EQ(verdict.sentence,
            "Contradicted: rank correlation with lr +1.0000 [+1.0000, "
            "+1.0000], n = 5, corrected p < 0.001, exact p = 0.062.");
}

TEST(ClaimsTest, FewSeedsDecideNothing) {
  StudyBuilder b = RisingStudy(4);
  AddClaim(b, Along("lr", Expectation::kRises));
  AddClaim(b, Compare(Expectation::kBetter, 0));
  AddClaim(b, At("3", Expectation::kAtLeast, 0.1));
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kOpen, kOpen, kOpen));
  EXPECT_THAT(b.Analyzed().verdicts[0].sentence,
              HasSubstr("n = 4: too few seeds for a verdict"));
}

TEST(ClaimsTest, ComparisonsAreHeldAgainstTheirMargin) {
  StudyBuilder b = RisingStudy(5);
  // By hand: the best lr is 0.0494 better than l2.
  AddClaim(b, Compare(Expectation::kBetter, 0));
  AddClaim(b, Compare(Expectation::kBetter, 0.04));
  AddClaim(b, Compare(Expectation::kBetter, 0.06));
  AddClaim(b, Compare(Expectation::kNotWorse, 0.02));
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kYes, kYes, kNo, kYes));
  const Verdict verdict = b.Analyzed().verdicts[2];
  EXPECT_EQ(verdict.measure, "lr=3 less l2=1");
  EXPECT_THAT(verdict.sentence,
              testing::StartsWith("Contradicted (margin 0.06)"));
  EXPECT_NEAR(*verdict.effect, 0.0496, 1e-9);
  EXPECT_LT(verdict.interval->low, 0.0496);
  EXPECT_LT(verdict.interval->high, 0.06);
}

TEST(ClaimsTest, WhereLowerIsBetterTheSideTurns) {
  StudyBuilder b = RisingStudy(5);
  Claim claim = Compare(Expectation::kBetter, 0);
  claim.result = "size.bytes";  // 7 at the best lr, 8 at l2.
  AddClaim(b, claim, /*lower=*/true);
  AddClaim(b, claim, /*lower=*/false);
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kYes, kNo));
  EXPECT_EQ(b.Analyzed().verdicts[0].effect, -1);
}

TEST(ClaimsTest, NotWorseTakesEveryComparison) {
  StudyBuilder b = RisingStudy(5);
  const size_t l1 = b.AddAxisValue("l1", "1", 1.0);
  for (int seed = 0; seed < 5; ++seed) {
    b.AddCompleted({l1}, seed, 0.9 + 0.01 * seed, 8);
  }
  Claim claim = Compare(Expectation::kNotWorse, 0.02);
  claim.against = {"l2", "l1"};
  AddClaim(b, claim);
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kNo));
  EXPECT_EQ(b.Analyzed().verdicts[0].measure, "lr=3 less l1=1");
  EXPECT_THAT(b.Analyzed().verdicts[0].sentence,
              HasSubstr("1 of 2 comparisons supports it"));
}

// One axis beats the best rate in every seed, another by more in most seeds.
TEST(ClaimsTest, TheComparisonThatContradictsIsShown) {
  StudyBuilder b = RisingStudy(5);
  const size_t l1 = b.AddAxisValue("l1", "1", 1.0);
  const size_t l0 = b.AddAxisValue("l0", "1", 1.0);
  for (int seed = 0; seed < 5; ++seed) {
    b.AddCompleted({l1}, seed, 0.81 + 0.01 * seed, 8);
    b.AddCompleted({l0}, seed, seed == 0 ? 0.5 : 0.999, 8);
  }
  Claim claim = Compare(Expectation::kNotWorse, 0);
  claim.against = {"l1", "l0"};
  AddClaim(b, claim);
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kNo));
  EXPECT_EQ(b.Analyzed().verdicts[0].measure, "lr=3 less l1=1");
}

// By hand: .9 - .8 - .1 is -2.8e-17 in float64.
TEST(ClaimsTest, RoundingDecidesNothingAtTheBound) {
  StudyBuilder b;
  const size_t lr = b.AddAxisValue("lr", "1", 1.0);
  const size_t l2 = b.AddAxisValue("l2", "1", 1.0);
  for (int seed = 0; seed < 5; ++seed) {
    b.AddCompleted({lr}, seed, 0.9, 1);
    b.AddCompleted({l2}, seed, 0.8, 1);
  }
  AddClaim(b, Compare(Expectation::kBetter, 0.1));
  AddClaim(b, Compare(Expectation::kNotWorse, 0.1));
  AddClaim(b, Compare(Expectation::kBetter, 0.09));
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kOpen, kYes, kYes));
}

// All values tie on the validation data: the first of each axis are compared,
// lr=0 with l2=1, and not the last, of which lr is .02 ahead.
TEST(ClaimsTest, AVerdictThatHangsOnTiesSaysSo) {
  StudyBuilder b = RisingStudy(5);
  const size_t tied = b.AddAxisValue("l2", "2", 2.0);
  for (int seed = 0; seed < 5; ++seed) {
    b.AddCompleted({tied}, seed, 0.78 + 0.01 * seed, 8);
  }
  for (auto& [id, record] : b.records_) {
    record.metrics["accuracy"]["validation"] = 1.0;
  }
  AddClaim(b, Compare(Expectation::kBetter, 0));
  const Verdict verdict = b.Analyzed().verdicts[0];
  EXPECT_EQ(verdict.outcome, kNo);
  EXPECT_THAT(verdict.sentence,
              HasSubstr(" lr=0, tied with 1, 2, 3. l2=1, tied with 2. "
                        "Supported with the last instead of the first of the "
                        "values that tie."));
}

// Each rate is far ahead in the seed of its own number. Chosen by the other
// seeds, no seed is judged at it.
TEST(ClaimsTest, AVerdictThatHangsOnTheSeedsThatChooseSaysSo) {
  StudyBuilder b;
  std::vector<size_t> rates;
  for (int i = 0; i < 5; ++i) {
    rates.push_back(b.AddAxisValue("lr", std::to_string(i), i));
  }
  const size_t l2 = b.AddAxisValue("l2", "1", 1.0);
  for (int seed = 0; seed < 5; ++seed) {
    for (int i = 0; i < 5; ++i) {
      b.AddCompleted({rates[static_cast<size_t>(i)]}, seed,
                     0.5 + 0.001 * i + (i == seed ? 0.4 : 0.0), 1);
    }
    b.AddCompleted({l2}, seed, 0.45 + 0.001 * seed, 1);
  }
  AddClaim(b, Compare(Expectation::kBetter, 0));
  const Analysis analysis = b.Analyzed();
  ASSERT_EQ(analysis.alternatives.size(), 1u);
  EXPECT_EQ(analysis.alternatives[0].how,
            "with each seed judged at the values that the other seeds choose");
  // By hand: without a seed, its own rate has a mean of about .5, the others of
  // .6, of which the last is best.
  const Best& best = analysis.alternatives[0].best[0];
  EXPECT_EQ(ConfigurationFor(best, 0), rates[4]);
  EXPECT_EQ(ConfigurationFor(best, 4), rates[3]);
  EXPECT_THAT(analysis.verdicts[0].sentence,
              HasSubstr("Supported with each seed judged at the values that "
                        "the other seeds choose."));
}

TEST(ClaimsTest, TrialsWithoutAValueAreCounted) {
  StudyBuilder b = RisingStudy(6);
  AddClaim(b, At("3", Expectation::kAtLeast, 0.5));
  // The last of its trials; those of l2 follow.
  b.records_.at(b.study_.trials[23].id).outcome = Outcome::kDiverged;
  const Verdict verdict = b.Analyzed().verdicts[0];
  EXPECT_EQ(verdict.outcome, kYes);
  EXPECT_THAT(verdict.sentence, HasSubstr(" 1 of its trials has no value "
                                          "(diverged, failed, missing or "
                                          "undefined)."));
}

// A trend whose seeds have two values each needs six of them, whatever all
// seeds together have.
TEST(ClaimsTest, FewValuesOfASeedNeedSixSeeds) {
  StudyBuilder b = RisingStudy(5);
  for (const StudyTrial& trial : b.study_.trials) {
    if (trial.seed > 0 && b.study_.configurations[trial.configurations[0]]
                                  .axis_values[0]
                                  .number >= 2.0) {
      b.records_.at(trial.id).outcome = Outcome::kDiverged;
    }
  }
  AddClaim(b, Along("lr", Expectation::kRises));
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kOpen));
  EXPECT_THAT(b.Analyzed().verdicts[0].sentence,
              HasSubstr("on a correlation of fewer than four values"));
}

TEST(ClaimsTest, MeansAreHeldAgainstTheirValue) {
  StudyBuilder b = RisingStudy(5);
  AddClaim(b, At("best", Expectation::kAtLeast, 0.7));
  AddClaim(b, At("3", Expectation::kAtMost, 0.7));
  AddClaim(b, At("3", Expectation::kAtLeast, 0.82));
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kYes, kNo, kOpen));
  EXPECT_DOUBLE_EQ(*b.Analyzed().verdicts[1].effect, 0.82);
}

TEST(ClaimsTest, ResultsCorrelateWithinSeeds) {
  StudyBuilder b = RisingStudy(5);
  Claim claim;
  claim.with = "size.bytes";
  claim.expect = Expectation::kCorrelates;
  AddClaim(b, claim);
  claim.negative = true;
  AddClaim(b, claim);
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kNo, kYes));
  EXPECT_LT(*b.Analyzed().verdicts[1].effect, 0);
}

TEST(ClaimsTest, ATurnedVerdictAndAPostHocClaimAreSaid) {
  StudyBuilder b = RisingStudy(5);
  AddClaim(b, Along("lr", Expectation::kRises));
  b.study_.claims[0].post_hoc = true;
  b.records_.begin()->second.collapsed = true;
  for (auto& [id, record] : b.records_) {
    for (const StudyTrial& trial : b.study_.trials) {
      if (trial.id == id && trial.seed == 0) record.collapsed = true;
    }
  }
  const Verdict verdict = b.Analyzed().verdicts[0];
  EXPECT_TRUE(verdict.post_hoc);
  EXPECT_THAT(verdict.sentence,
              HasSubstr("Post hoc: recorded after trials were done. Undecided "
                        "among the trials that completed without collapsing."));
}

TEST(ClaimsTest, TrialsThatDidNotConvergeAreSaid) {
  StudyBuilder b = RisingStudy(5);
  AddClaim(b, Along("lr", Expectation::kRises));
  AddClaim(b, Along("l2", Expectation::kRises));
  // The trials of l2 come last.
  // A grid counts by each of its axes.
  b.AddConfiguration({"grid", "a=1, c=1", {{"a", "1", 1.0}, {"c", "1", 1.0}}});
  b.study_.trials.front().configurations.push_back(5);
  AddClaim(b, Along("c", Expectation::kRises));
  Record& record = b.records_.at(b.study_.trials.front().id);
  record.trial = {{"training", {{"stop", {{"train_accuracy", 1.0}}}}}};
  record.stop = "max_steps";
  const std::vector<Verdict> verdicts = b.Analyzed().verdicts;
  EXPECT_THAT(verdicts[0].sentence,
              HasSubstr(" 1 of its trials did not converge."));
  EXPECT_THAT(verdicts[1].sentence,
              ::testing::Not(HasSubstr("did not converge")));
  EXPECT_THAT(verdicts[2].sentence,
              HasSubstr(" 1 of its trials did not converge."));
}

TEST(ClaimsTest, WithdrawnClaimsFollowTheOthers) {
  StudyBuilder b = RisingStudy(5);
  AddClaim(b, Along("lr", Expectation::kRises));
  Claim gone = Along("lr", Expectation::kFalls);
  gone.id = "C9";
  gone.result = "accuracy.test";
  b.study_.withdrawn = {
      {{gone, false, "2026-01-01T00:00:00Z"}, "2026-02-01T00:00:00Z", 20}};
  const std::vector<Verdict> verdicts = b.Analyzed().verdicts;
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_EQ(verdicts[1].id, "C9");
  EXPECT_EQ(verdicts[1].outcome, ClaimOutcome::kWithdrawn);
  EXPECT_EQ(verdicts[1].sentence,
            "Withdrawn after 20 trials were done, 2026-02-01T00:00:00Z.");
  EXPECT_EQ(WithdrawnText(b.Analyzed()),
            "1 claim was withdrawn after trials were done: C9.");
  // By hand: one comparison each. Both count.
  EXPECT_EQ(verdicts[0].comparisons, 2);
  // The only claim: it is still shown.
  b.study_.claims.clear();
  EXPECT_EQ(b.Analyzed().verdicts.size(), 1u);
}

TEST(ClaimsTest, WithoutRecordsEverythingIsOpen) {
  StudyBuilder b = RisingStudy(5);
  b.records_.clear();
  AddClaim(b, Along("lr", Expectation::kRises));
  AddClaim(b, Compare(Expectation::kBetter, 0));
  AddClaim(b, At("best", Expectation::kAtLeast, 0.7));
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kOpen, kOpen, kOpen));
  EXPECT_EQ(b.Analyzed().verdicts[1].sentence,
            "Undecided: lr less l2: no seed has both results yet.");
}

TEST(ClaimsTest, ForeignClaimsThatNameNothingAreOpen) {
  StudyBuilder b = RisingStudy(5);
  AddClaim(b, Along("no_axis", Expectation::kRises));
  AddClaim(b, At("17", Expectation::kAtMost, 0.7));
  Claim claim = Compare(Expectation::kBetter, 0);
  claim.against = {"no_axis"};
  claim.result = "no.result";
  AddClaim(b, claim);
  EXPECT_THAT(Outcomes(b), testing::ElementsAre(kOpen, kOpen, kOpen));
}

}  // namespace
}  // namespace bigstep
