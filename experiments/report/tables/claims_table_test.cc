#include "experiments/report/tables/claims_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "experiments/report/analysis/testing.h"
#include "experiments/report/tables/studies_table.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

// One claim about a mean, of as many seeds; accuracies from 0.8 in steps of
// 0.01.
Analysis StudyOf(const std::string& name, int seeds, bool post_hoc) {
  StudyBuilder b;
  b.study_.name = name;
  const size_t at = b.AddAxisValue("lr", "1", 1.0);
  for (int seed = 0; seed < seeds; ++seed) {
    b.AddCompleted({at}, seed, 0.8 + 0.01 * seed, 1);
  }
  Claim claim{"C1", "It is | high", "accuracy.test", Expectation::kAtLeast};
  claim.at = {{"lr", "1"}};
  claim.value = 0.5;
  b.study_.claims = {{claim, false, "2026-01-01T00:00:00Z", post_hoc}};
  return b.Analyzed();
}

TEST(ClaimsTableTest, ShowsEachClaimWithItsNumbers) {
  const Analysis analysis = StudyOf("tiny", 5, true);
  const std::string text = ClaimsMarkdown(analysis);
  EXPECT_THAT(text,
              HasSubstr("C1: It is \\| high (at least 0.5) | supported (post "
                        "hoc) | mean at lr=1"));
  // By hand: the mean of .80 to .84, whose standard error is .0158 / sqrt 5,
  // and 4.604 of these (Student's t at .995, 4 degrees of freedom).
  EXPECT_THAT(
      text,
      HasSubstr(
          "Supported (at least 0.5): mean at lr=1 0.820 \\[0.787, 0.853]"));
  EXPECT_THAT(text, HasSubstr("First recorded 2026-01-01T00:00:00Z."));
  EXPECT_THAT(ToCsv(ClaimsTable(analysis)),
              HasSubstr("\nC1,It is | high,at least 0.5,supported,true,"
                        "2026-01-01T00:00:00Z,mean at lr=1,"));
  EXPECT_THAT(ClaimsLatex(analysis), HasSubstr("supported (post hoc)"));
}

TEST(ClaimsTableTest, WithoutClaimsThereIsNothing) {
  const Analysis analysis = MixedStudy().Analyzed();
  EXPECT_EQ(ClaimsMarkdown(analysis), "");
  EXPECT_EQ(ClaimsLatex(analysis), "");
}

TEST(ClaimsTableTest, TheMatrixHasAColumnForEachStudy) {
  const auto set =
      MakeStudySet({StudyOf("one", 5, false), StudyOf("two", 2, false),
                    MixedStudy().Analyzed()});
  ASSERT_OK(set);
  const Table matrix = ClaimsMatrix(set->studies, set->names);
  ASSERT_EQ(matrix.rows.size(), 1u);
  EXPECT_THAT(matrix.rows[0].entries[1].text, HasSubstr("supported, +0.82"));
  EXPECT_THAT(matrix.rows[0].entries[2].text, HasSubstr("undecided, +0.8"));
  EXPECT_EQ(matrix.rows[0].entries[3].text, "");
  EXPECT_THAT(ToCsv(matrix),
              HasSubstr("id,claim,bound,one.verdict,one.post_hoc,"));
  EXPECT_THAT(StudiesMarkdown(*set), HasSubstr("The claims:"));
  EXPECT_THAT(StudiesLatex(*set), HasSubstr("Claims and verdicts"));
}

// A claim that was withdrawn for one with another bound, in the same words.
TEST(ClaimsTableTest, AWithdrawnClaimHidesNoOther) {
  Analysis study = StudyOf("one", 5, false);
  study.verdicts.push_back(study.verdicts[0]);
  study.verdicts[1].outcome = ClaimOutcome::kWithdrawn;
  const auto set = MakeStudySet({study, StudyOf("two", 5, false)});
  ASSERT_OK(set);
  const Table matrix = ClaimsMatrix(set->studies, set->names);
  ASSERT_EQ(matrix.rows.size(), 2u);
  EXPECT_THAT(matrix.rows[0].entries[1].text, HasSubstr("supported"));
  EXPECT_THAT(matrix.rows[0].entries[2].text, HasSubstr("supported"));
  EXPECT_THAT(matrix.rows[1].entries[1].text, HasSubstr("withdrawn"));
  EXPECT_EQ(matrix.rows[1].entries[2].text, "");
}

}  // namespace
}  // namespace bigstep
