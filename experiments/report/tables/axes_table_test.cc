#include "experiments/report/tables/axes_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_replace.h"
#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Figure spaces, which align numbers, as "_".
std::string VisiblePads(const std::string& text) {
  return absl::StrReplaceAll(text, {{"\u2007", "_"}});
}

TEST(AxesTableTest, ShowsEachAxisAtItsBestAndBesideTheReference) {
  // By hand; see analysis_test.cc for the numbers.
  EXPECT_THAT(
      VisiblePads(AxesMarkdown(MixedStudy().Analyzed())),
      HasSubstr("| axis     |                                                  "
                " | accuracy.test ↑ | size.bytes ↓    | in tandem |\n"
                "|----------|--------------------------------------------------"
                "-|-----------------|-----------------|-----------|\n"
                "| lr       | best: 0.1                                        "
                " | _0.60 ± 0.14    | _200 ± 141      | 0.00      |\n"
                "|          | from 1 of 2 values                               "
                " |                 |                 |           |\n"
                "|          | of 3 completed, 1 diverged                       "
                " |                 |                 |           |\n"
                "|          | part in tandem                                   "
                " | _0.00           | ___0.00         |           |\n"
                "|          | Spearman                                         "
                " | +1.00 (n = 1)   | __-1.00 (n = 1) |           |\n"
                "| momentum | best so far: 0.9                                 "
                " | _0.75 ± 0.00    | __80 (n = 1)    | 0.65      |\n"
                "|          | from 2 of 3 values                               "
                " |                 |                 |           |\n"
                "|          | of 4 completed (1 collapsed), 1 failed, 1 "
                "missing |                 |                 |           |\n"
                "|          | less best lr                                     "
                " | +0.15           | -220            |           |\n"
                "|          | 95 % interval, corrected                         "
                " | \\[-1.12, +1.42] | -               |           |\n"
                "|          | verdict                                          "
                " | n = 2: too few  | n = 1: too few  |           |\n"
                "|          | part in tandem                                   "
                " | _0.50           | ___0.80         |           |\n"
                "|          | Spearman                                         "
                " | +1.00 (n = 2)   | __-1.00 (n = 1) |           |\n"));
}

TEST(AxesTableTest, CsvHasARowForEachAxis) {
  StudyBuilder b;
  const size_t low = b.AddAxisValue("lr", "0.5", 0.5);
  const size_t high = b.AddAxisValue("lr", "1", 1.0);
  const size_t none = b.AddAxisValue("l2", "none", std::nullopt);
  b.AddCompleted({low}, 0, 0.25, 4);
  b.AddCompleted({high}, 0, 0.75, 2);
  b.AddCompleted({none}, 0, 0.5, 8);
  const std::string csv = ToCsv(AxesTable(b.Analyzed()));
  EXPECT_THAT(
      csv,
      HasSubstr("axis,set,alone,settings,trials,completed,collapsed,diverged,"
                "failed,missing,not_converged,best,selected_by,tandem,"
                "accuracy.test.n,"));
  EXPECT_THAT(csv, HasSubstr("accuracy.test.difference.n,"
                             "accuracy.test.difference.mean,"
                             "accuracy.test.difference.low,"
                             "accuracy.test.difference.high,"
                             "accuracy.test.difference.p,"
                             "accuracy.test.difference.exact_p,"
                             "accuracy.test.difference.corrected_p,"
                             "accuracy.test.difference.corrected_low,"
                             "accuracy.test.difference.corrected_high,"
                             "accuracy.test.difference.verdict,"
                             "accuracy.test.tandem,accuracy.test.spearman,"
                             "accuracy.test.spearman.low,"
                             "accuracy.test.spearman.high,"
                             "accuracy.test.spearman.p,"
                             "accuracy.test.spearman.exact_p,"
                             "accuracy.test.spearman.n,"
                             "accuracy.test.spearman.trials,size.bytes.n,"));
  // By hand.
  EXPECT_THAT(csv,
              HasSubstr("\nlr,optimizer.lr,true,2,2,2,0,0,0,0,0,1,0.75,1.0,"
                        "1,0.75,,,,,,,,,,,,,,1.0,1.0,,,,1.0,1,2,"
                        "1,2.0,,,,,,,,,,,,,,1.0,-1.0,,,,1.0,1,2\n"));
  EXPECT_THAT(csv, HasSubstr("\nl2,optimizer.l2,true,1,1,1,0,0,0,0,0,none,0.5,"
                             "0.25,1,0.5,,,,1,-0.25,,,,1.0,,,,n = 1: too few,"
                             "0.5,,,,,,0,0,"
                             "1,8.0,,,,1,6.0,,,,1.0,,,,n = 1: too few,"
                             "0.0,,,,,,0,0\n"));
}

TEST(AxesTableTest, AxesOfGridsHaveTheirCorrelationAndTheStudyItsBest) {
  StudyBuilder b;
  for (const double lr : {1, 2}) {
    for (const double l2 : {10, 20}) {
      const std::string name =
          "lr=" + Json(lr).dump() + ", l2=" + Json(l2).dump();
      b.AddCompleted({b.AddConfiguration(
                         {"lr x l2", name, {{"lr", "", lr}, {"l2", "", l2}}})},
                     0, lr / 4 + l2 / 1000, 1);
    }
  }
  const std::string text = AxesMarkdown(b.Analyzed());
  EXPECT_THAT(text,
              HasSubstr("| lr   | Spearman, other axes varying | +0.89 (n "
                        "= 1)   | -            |           |\n"));
  EXPECT_THAT(
      text, HasSubstr("| all  | best: lr=2.0, l2=20.0        | \u20070.5200   "
                      "      | 1.0000       | 1.00      |\n"));
  EXPECT_THAT(ToCsv(AxesTable(b.Analyzed())),
              HasSubstr("\nlr,optimizer.lr,false,0,0,0,0,0,0,0,0,,,,0,"));
}

TEST(AxesTableTest, WithoutAReferenceThereAreNoDifferences) {
  StudyBuilder b = MixedStudy();
  b.study_.reference = "";
  const std::string text = AxesMarkdown(b.Analyzed());
  EXPECT_THAT(text, Not(HasSubstr("less best")));
  EXPECT_THAT(text, Not(HasSubstr("Differences")));
}

TEST(AxesTableTest, WithoutARuleThereIsNoBest) {
  StudyBuilder b = MixedStudy();
  b.study_.selection = "";
  const std::string text = AxesMarkdown(b.Analyzed());
  EXPECT_THAT(text, HasSubstr("| no best value "));
  EXPECT_THAT(text, HasSubstr("no setting was selected"));
}

TEST(AxesTableTest, TheReferenceComesFirst) {
  StudyBuilder b = MixedStudy();
  b.study_.reference = "momentum";
  const std::string text = AxesMarkdown(b.Analyzed());
  EXPECT_LT(text.find("| momentum | best"), text.find("| lr       | best"));
}

}  // namespace
}  // namespace bigstep
