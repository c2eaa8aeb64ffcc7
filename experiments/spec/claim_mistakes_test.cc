// What is wrong with claims in specs, a case each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

struct Case {
  const char* name;
  std::string claim;  // The keys after `id` and `says`.
  std::string message;
};

class ClaimMistakeTest : public testing::TestWithParam<Case> {};

TEST_P(ClaimMistakeTest, IsNamedWithItsPlace) {
  const std::string claims =
      absl::StrCat("claims=[{id: C1, says: So, ", GetParam().claim, "}]");
  const std::string mistakes = Mistakes(kTinySpec, {claims});
  EXPECT_THAT(mistakes, HasSubstr(GetParam().message));
  EXPECT_THAT(mistakes, HasSubstr("--set=claims:1:"));
}

constexpr char kRises[] = "result: accuracy.unbiased_test, expect: rises, ";

INSTANTIATE_TEST_SUITE_P(
    All, ClaimMistakeTest,
    testing::Values(
        Case{"UnknownExpectation",
             "result: accuracy.unbiased_test, expect: rise, along: lr",
             "claims[0].expect: unknown expectation 'rise'; did you mean "
             "'rises'? (known: rises, falls, correlates, better, not_worse, "
             "at_least, at_most)"},
        Case{"UnknownResult",
             "result: accuracy.unbiased, expect: rises, along: lr",
             "claims[0].result: the study's metrics have no result "
             "'accuracy.unbiased'"},
        Case{"NoResult", "expect: rises, along: lr",
             "claims[0]: missing key 'result'"},
        Case{"NoExpectation", "result: accuracy.unbiased_test",
             "claims[0]: missing key 'expect'"},
        Case{"UnknownAxis", absl::StrCat(kRises, "along: l3"),
             "claims[0].along: no axis 'l3'; did you mean 'lr' or 'l2'?"},
        Case{"AxisWithoutNumbers", absl::StrCat(kRises, "along: l2"),
             "claims[0].along: axis 'l2' has fewer than two values that are "
             "numbers"},
        Case{"MissingAxis", absl::StrCat(kRises, "says_who: me"),
             "claims[0]: missing key 'along'"},
        Case{"KeyOfAnotherExpectation",
             absl::StrCat(kRises, "along: lr, margin: 1"),
             "claims[0]: unknown key 'margin' of a claim that expects 'rises'"},
        Case{"MissingMargin",
             "result: accuracy.unbiased_test, compare: lr, expect: not_worse",
             "claims[0]: missing key 'margin'"},
        Case{"NegativeMargin",
             "result: accuracy.unbiased_test, compare: lr, expect: not_worse, "
             "margin: -0.1",
             "claims[0].margin: must be >= 0"},
        Case{"AgainstItself",
             "result: accuracy.unbiased_test, compare: lr, expect: better, "
             "against: [lr]",
             "claims[0].against[0]: 'lr' is compared with itself"},
        Case{"AgainstUnknown",
             "result: accuracy.unbiased_test, compare: lr, expect: better, "
             "against: [l3]",
             "claims[0].against[0]: no axis 'l3'"},
        Case{"AtNoValue",
             "result: accuracy.unbiased_test, at: {lr: 0.2}, expect: at_least, "
             "value: 0.5",
             "claims[0].at: no configuration of the plan has exactly these "
             "values"},
        Case{"AtWithoutValue",
             "result: accuracy.unbiased_test, at: {lr: best}, expect: at_least",
             "claims[0]: missing key 'value'"},
        Case{"ValueThatIsNoNumber",
             "result: accuracy.unbiased_test, at: {lr: best}, expect: at_most, "
             "value: high",
             "claims[0].value: expected a number"},
        Case{"WithItself",
             "result: accuracy.unbiased_test, with: accuracy.unbiased_test, "
             "expect: correlates",
             "claims[0].with: is the result itself"},
        Case{"UnknownSign",
             "result: accuracy.unbiased_test, with: prunability.auc, "
             "expect: correlates, sign: minus",
             "claims[0].sign: expected positive or negative, found 'minus'"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ClaimTest, ClaimsAreAListOfMapsWithIdsOfTheirOwn) {
  EXPECT_THAT(Mistakes(kTinySpec, {"claims={}"}),
              HasSubstr("claims: expected a list of claims"));
  EXPECT_EQ(Mistakes(kTinySpec, {"claims=[]"}), "");  // None after all.
  EXPECT_THAT(Mistakes(kTinySpec, {"claims=[C1]"}),
              HasSubstr("claims[0]: expected a map with 'id'"));
  EXPECT_THAT(Mistakes(kTinySpec, {"claims=[{id: 'C 1', says: So, result: "
                                   "accuracy.unbiased_test, expect: rises, "
                                   "along: lr}]"}),
              HasSubstr("claims[0].id: expected letters, digits and _, at most "
                        "32, found 'C 1'"));
  const std::string claim =
      "{id: C1, says: So, result: accuracy.unbiased_test, expect: rises, "
      "along: lr}";
  EXPECT_THAT(
      Mistakes(kTinySpec, {absl::StrCat("claims=[", claim, ", ", claim, "]")}),
      HasSubstr("claims[1].id: duplicate 'C1'"));
}

TEST(ClaimTest, BestNeedsASelection) {
  EXPECT_THAT(
      Mistakes(kTinySpec,
               {"compare={selection: none}",
                "claims=[{id: C1, says: So, result: accuracy.unbiased_test, "
                "compare: lr, expect: better}]"}),
      HasSubstr("claims[0].compare: the study chooses no best value"));
}

TEST(ClaimTest, IsPartOfTheStudyAndOfItsResolvedSpec) {
  const Plan plan = PlanOf(
      kTinySpec,
      {"claims=[{id: C1, says: Rises, result: accuracy.unbiased_test, along: "
       "lr, expect: rises}, {id: C2, says: Best, result: prunability.auc, "
       "compare: lr, expect: not_worse, margin: 0.02}, {id: C3, says: High, "
       "result: accuracy.unbiased_test, at: {lr: best}, expect: at_least, "
       "value: 0.95}]"});
  ASSERT_EQ(plan.study.claims.size(), 3u);
  EXPECT_EQ(plan.study.claims[0].claim.along, "lr");
  // Left out: every other axis that varies alone.
  EXPECT_EQ(plan.study.claims[1].claim.against,
            (std::vector<std::string>{"l2"}));
  EXPECT_EQ(plan.study.claims[1].claim.margin, 0.02);
  EXPECT_EQ(plan.study.claims[2].claim.at.at("lr"), "best");
  EXPECT_EQ(plan.study.claims[2].claim.value, 0.95);
}

TEST(ClaimMistakesTest, AnAxisInGridsAloneHasNoBestValue) {
  EXPECT_THAT(Mistakes(kTinySpec,
                       {"plan={grid: [[lr, l2]]}",
                        "claims=[{id: C1, says: So, result: "
                        "accuracy.unbiased_test, expect: better, compare: lr, "
                        "against: [l2]}]"}),
              HasSubstr("axis 'lr' is never varied alone, so that it has no "
                        "best value; add one_at_a_time: [lr] to the plan"));
}

}  // namespace
}  // namespace bigstep
