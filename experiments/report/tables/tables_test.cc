#include "experiments/report/tables/tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "experiments/report/analysis/statistics.h"
#include "experiments/report/analysis/testing.h"
#include "experiments/report/tables/axes_table.h"
#include "experiments/report/tables/table_rules.h"
#include "experiments/report/tables/trials_table.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(TablesTest, CsvHasFullPrecisionAndEmptyFieldsForTheUndefined) {
  // By hand: std of 0.5 and 0.7 is 0.1 sqrt(2), of 100 and 300 100 sqrt(2). The
  // digits at the end are those of float64; those of the intervals, which are
  // statistics_test's, are the library's.
  const auto interval = [](const std::vector<double>& values) {
    const Interval ends = *Summarize(values).interval;
    return Json(ends.low).dump() + "," + Json(ends.high).dump();
  };
  const std::string first =
      "2,2,0,0,0,0,0,2,0.6,0.14142135623730948," + interval({0.5, 0.7}) +
      ",2,200.0,141.4213562373095," + interval({100, 300}) + "\n";
  EXPECT_EQ(
      ToCsv(ConfigurationsTable(MixedStudy().Analyzed())),
      "axis,setting,trials,completed,collapsed,diverged,failed,missing,"
      "not_converged,"
      "accuracy.test.n,accuracy.test.mean,accuracy.test.std,"
      "accuracy.test.low,accuracy.test.high,size.bytes.n,size.bytes.mean,"
      "size.bytes.std,size.bytes.low,size.bytes.high\n"
      "lr,lr=0.1," +
          first +
          "lr,lr=1,2,1,0,1,0,0,0,1,0.9,,,,1,50.0,,,\n"
          "momentum,momentum=0," +
          first +
          "momentum,momentum=0.9,2,2,1,0,0,0,0,2,0.75,0.0,0.75,0.75,1,80.0,"
          ",,\n"
          "momentum,momentum=0.99,2,0,0,0,1,1,0,0,,,,,0,,,,\n");
}

TEST(TablesTest, MarkdownIsAlignedAndSaysWhatTheNumbersAre) {
  EXPECT_EQ(
      ToMarkdown(MixedStudy().Analyzed()),
      "# tiny\n\nDoes it run?\n\n"
      "| axis     | setting       | trials                    | accuracy.test "
      "↑ | size.bytes ↓ |\n"
      "|----------|---------------|---------------------------|---------------"
      "--|--------------|\n"
      "| lr       | lr=0.1        | 2 completed               | 0.60 ± 0.14   "
      "  | 200 ± 141    |\n"
      "| lr       | lr=1          | 1 completed, 1 diverged   | 0.90          "
      "  | \u200750          |\n"
      "| momentum | momentum=0    | 2 completed               | 0.60 ± 0.14   "
      "  | 200 ± 141    |\n"
      "| momentum | momentum=0.9  | 2 completed (1 collapsed) | 0.75 ± 0.00   "
      "  | \u200780 (n = 1)  |\n"
      "| momentum | momentum=0.99 | 1 failed, 1 missing       | -             "
      "  | -            |\n"
      "\nMean ± standard deviation over the completed trials of a setting, one "
      "a seed. Collapsed trials (no better than guessing) count, diverged ones "
      "have no values. Best: the highest accuracy: validation, averaged over "
      "seeds, of the settings that vary the axis alone and completed. Results "
      "at the last step. ↑ higher is better, ↓ lower.\n");
}

TEST(TablesTest, ShowsTheFitAndWhatDidNotConverge) {
  StudyBuilder b;
  const size_t low = b.AddAxisValue("lr", "0.1", 0.1);
  for (const int64_t seed : {0, 1}) {
    Record& record = b.AddCompleted({low}, seed, 0.5, 1);
    record.stop = seed == 0 ? "train_thresholds" : "max_steps";
    record.trial = {
        {"training",
         {{"max_steps", 100}, {"stop", {{"cross_entropy", 0.01}}}}}};
    record.fit = {{"accuracy", seed == 0 ? 1.0 : 0.5},
                  {"cross_entropy", seed == 0 ? 0.0078125 : 0.0234375}};
  }
  const std::string text = ToMarkdown(b.Analyzed());
  EXPECT_THAT(text, HasSubstr("\nCompared at equal fit: "));
  EXPECT_THAT(text, HasSubstr("| training accuracy, cross-entropy |"));
  // By hand: the means of 1 and .5, and of 1/128 and 3/128.
  EXPECT_THAT(text,
              HasSubstr("| 2 completed (1 not converged) | 0.750, 0.016"));
  const std::string csv = ToCsv(ConfigurationsTable(b.Analyzed()));
  EXPECT_THAT(csv, HasSubstr("missing,not_converged,fit.accuracy,"
                             "fit.cross_entropy,accuracy.test.n,"));
  EXPECT_THAT(csv, HasSubstr("\nlr,lr=0.1,2,2,0,0,0,0,1,0.75,0.015625,2,0.5,"));
}

TEST(TablesTest, LatexMarksTheBestByTheSelection) {
  const std::string latex = ToLatex(MixedStudy().Analyzed());
  // lr=1 has the best means, over half of its trials.
  EXPECT_THAT(
      latex,
      HasSubstr(
          "lr & lr=0.1 & 2 & 0 & .60 $\\pm$ 0.14 & 200 &  $\\pm$ 141 "
          "\\\\\n"
          " & lr=1 & 1 (1 diverged) & 0 & .90 & 50 &  \\\\\n"
          "\\addlinespace\n"
          "momentum & momentum=0 & 2 & 0 & .60 $\\pm$ 0.14 & 200 &  $\\pm$ "
          "141 \\\\\n"
          " & momentum=0.9 & 2 (1 collapsed) & \\textbf{\\boldmath 0} & "
          "\\textbf{\\boldmath .75 $\\pm$ 0.00} & \\textbf{\\boldmath "
          "80} & \\textbf{\\boldmath  (n = 1)} \\\\\n"
          " & momentum=0.99 & 0 (1 failed, 1 missing) & "
          "\\multicolumn{2}{c}{--} & \\multicolumn{2}{c}{--} \\\\\n"));
  EXPECT_THAT(latex,
              HasSubstr("\\caption{Does it run? Mean $\\pm$ standard deviation "
                        "over n trials.}"));
}

TEST(TablesTest, WithoutASelectionNothingIsBold) {
  StudyBuilder b;
  b.study_.selection = "";
  b.AddCompleted({b.AddAxisValue("lr", "1", 1.0)}, 0, 0.5, 1);
  const std::string latex = ToLatex(b.Analyzed());
  EXPECT_THAT(latex, HasSubstr("lr & lr=1 & 1 & 0 & .5000 & 1 & .0000 \\\\"));
}

TEST(TablesTest, AwkwardNamesAreEscaped) {
  StudyBuilder b;
  b.study_.question = "Is 5 % | enough & so?";
  b.AddCompleted({b.AddAxisValue("l_r", "a, \"b\" | c", std::nullopt)}, 0, 1,
                 1);
  const Analysis analysis = b.Analyzed();
  EXPECT_THAT(ToCsv(ConfigurationsTable(analysis)),
              HasSubstr("\nl_r,\"l_r=a, \"\"b\"\" | c\",1,"));
  EXPECT_THAT(ToMarkdown(analysis), HasSubstr("| l_r=a, \"b\" \\| c |"));
  EXPECT_THAT(ToMarkdown(analysis), HasSubstr("Is 5 % \\| enough &amp; so?"));
  EXPECT_THAT(ToLatex(analysis), HasSubstr("l\\_r & l\\_r=a, ''b'' $|$ c &"));
  EXPECT_THAT(ToLatex(analysis), HasSubstr("Is 5 \\% $|$ enough \\& so?"));
}

TEST(TablesTest, AStudyWithoutRecordsHasTables) {
  StudyBuilder b = MixedStudy();
  b.records_.clear();
  EXPECT_THAT(ToMarkdown(b.Analyzed()), HasSubstr("| 2 missing | -"));
  EXPECT_THAT(ToCsv(ConfigurationsTable(b.Analyzed())),
              HasSubstr("\nlr,lr=1,2,0,0,0,0,2,0,0,,,,,0,,,,\n"));
  EXPECT_THAT(AxesMarkdown(b.Analyzed()), HasSubstr("| of 4 missing "));
}

TEST(TablesTest, TheRuleSaysWhatIsChosenAndFromWhat) {
  StudyBuilder b;
  b.study_.selection_lower = true;
  EXPECT_EQ(
      SelectionRule(b.study_),
      "Best: the lowest accuracy: validation, averaged over seeds, of the "
      "settings that vary the axis alone and completed. Results at the last "
      "step.");
  b.study_.selection = "";
  EXPECT_EQ(SelectionRule(b.study_),
            "Results at the last step; no setting was selected.");
}

TEST(TablesTest, WhatAxesAlsoSetIsSaid) {
  StudyBuilder b = MixedStudy();
  EXPECT_EQ(WithRule(b.study_), "");
  b.AddAxisValue("fast_l2", "1e-3", 1e-3);
  b.AddAxisValue("fast_l2", "1e-2", 1e-2);
  for (const size_t back : {1, 2}) {
    (b.study_.configurations.end() - back)->axis_values[0].with =
        "optimizer.lr: 0.3";
  }
  EXPECT_EQ(WithRule(b.study_), " fast_l2 also sets optimizer.lr: 0.3.");
  b.study_.configurations.back().axis_values[0].with = "optimizer.lr: 1";
  const std::string rule =
      " fast_l2 also sets optimizer.lr: 0.3 at 1e-3; optimizer.lr: 1 at 1e-2.";
  EXPECT_EQ(WithRule(b.study_), rule);
  EXPECT_THAT(ToMarkdown(b.Analyzed()),
              HasSubstr(absl::StrCat(" at the last step.", EscapeMarkdown(rule),
                                     " ↑ higher")));
  b.study_.configurations.back().axis_values[0].with = "";
  EXPECT_EQ(WithRule(b.study_),
            " fast_l2 also sets optimizer.lr: 0.3 at 1e-3.");
  b.study_.configurations.back().axis_values[0].with = "optimizer.lr: 1";
  EXPECT_THAT(AxesMarkdown(b.Analyzed()), HasSubstr(EscapeMarkdown(rule)));
  EXPECT_THAT(ToLatex(b.Analyzed()), HasSubstr("also sets optimizer.lr: 0.3"));
}

TEST(TablesTest, AllAreWrittenIntoTheStudysFolder) {
  const std::string folder = MakeTestFolder() + "/tiny";
  const StudyBuilder b = MixedStudy();
  const Analysis analysis = b.Analyzed();
  ASSERT_OK(WriteTables(folder, analysis, b.records_));
  EXPECT_EQ(ReadTestFile(folder + "/table.md"), ToMarkdown(analysis));
  EXPECT_EQ(ReadTestFile(folder + "/table.csv"),
            ToCsv(ConfigurationsTable(analysis)));
  EXPECT_EQ(ReadTestFile(folder + "/table.tex"), ToLatex(analysis));
  EXPECT_EQ(ReadTestFile(folder + "/comparison.md"), AxesMarkdown(analysis));
  EXPECT_EQ(ReadTestFile(folder + "/comparison.csv"),
            ToCsv(AxesTable(analysis)));
  EXPECT_EQ(ReadTestFile(folder + "/comparison.tex"), AxesLatex(analysis));
  EXPECT_EQ(ReadTestFile(folder + "/trials.csv"),
            ToCsv(TrialsTable(b.study_, b.records_)));
}

TEST(TablesTest, WarningsStandAboveTheNumbers) {
  Analysis analysis = MixedStudy().Analyzed();
  analysis.warnings = {"Warning: two & three | are mixed."};
  EXPECT_THAT(
      ToMarkdown(analysis),
      HasSubstr("\n\nWarning: two &amp; three \\| are mixed.\n\n| axis"));
  EXPECT_THAT(ToLatex(analysis), HasSubstr("Warning: two \\& three"));
  EXPECT_THAT(AxesMarkdown(analysis), HasSubstr("\n\nWarning: two"));
}

}  // namespace
}  // namespace bigstep
