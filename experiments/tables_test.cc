#include "experiments/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "experiments/testing.h"

namespace bigstep {
namespace {

Record Completed(double accuracy, const Json& auc) {
  Record record;
  record.metrics = {{"accuracy", {{"unbiased_test", accuracy}}},
                    {"prunability", {{"auc", auc}}}};
  return record;
}

// One axis of three values with three seeds: three cells, nine trials.
class ReportTest : public testing::Test {
 protected:
  ReportTest()
      : plan_(PlanOf(kTinySpec, {"plan={one_at_a_time: [lr]}",
                                 "axes={lr: {set: optimizer.lr, values: [0.1, "
                                 "0.3, 1]}}",
                                 "seeds=3"})) {
    records_[plan_.trials[0].id] = Completed(0.5, 1.0);
    records_[plan_.trials[1].id] = Completed(0.6, nullptr);
    records_[plan_.trials[2].id] = Completed(0.7, 0.5);
    records_[plan_.trials[2].id].collapsed = true;
    records_[plan_.trials[3].id] = Completed(0.9, 0.75);
    records_[plan_.trials[4].id].outcome = Outcome::kDiverged;
    records_[plan_.trials[5].id].outcome = Outcome::kFailed;
    // The trials of the last cell are missing.
  }

  Plan plan_;
  std::map<std::string, Record> records_;
};

TEST_F(ReportTest, CountsOutcomesAndDropsNone) {
  const Table table = MakeTable(StudyOf(plan_), records_);
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.rows[0].completed, 3);
  EXPECT_EQ(table.rows[0].collapsed, 1);
  EXPECT_EQ(table.rows[1].completed, 1);
  EXPECT_EQ(table.rows[1].diverged, 1);
  EXPECT_EQ(table.rows[1].failed, 1);
  EXPECT_EQ(table.rows[2].missing, 3);
  // Only the two defined values of the second column count.
  EXPECT_EQ(table.rows[0].values[1].n, 2);
}

TEST_F(ReportTest, CsvHasFullPrecisionAndEmptyFieldsForTheUndefined) {
  // By hand: std of 0.5, 0.6, 0.7 is 0.1, of 1 and 0.5 is sqrt(2 / 16); the
  // digits at the end are those of float64.
  EXPECT_EQ(ToCsv(MakeTable(StudyOf(plan_), records_)),
            "axis,setting,trials,completed,collapsed,diverged,failed,missing,"
            "accuracy.unbiased_test.n,accuracy.unbiased_test.mean,"
            "accuracy.unbiased_test.std,prunability.auc.n,prunability.auc.mean,"
            "prunability.auc.std\n"
            "lr,lr=0.1,3,3,1,0,0,0,3,0.6,0.09999999999999998,2,0.75,"
            "0.3535533905932738\n"
            "lr,lr=0.3,3,1,0,1,1,0,1,0.9,,1,0.75,\n"
            "lr,lr=1,3,0,0,0,0,3,0,,,0,,\n");
}

TEST_F(ReportTest, MarkdownIsAlignedAndSaysWhatTheNumbersAre) {
  const std::string text = ToMarkdown(MakeTable(StudyOf(plan_), records_));
  EXPECT_THAT(text,
              testing::StartsWith(
                  "# tiny\n\nDoes it run?\n\n"
                  "| axis | setting | trials                            | "
                  "accuracy.unbiased_test ↑ | prunability.auc ↑       |\n"
                  "|------|---------|-----------------------------------|"
                  "--------------------------|-------------------------|\n"
                  "| lr   | lr=0.1  | 3 completed (1 collapsed)         | "
                  "0.6000 ± 0.1000          | 0.7500 ± 0.3536 (n = 2) |\n"
                  "| lr   | lr=0.3  | 1 completed, 1 diverged, 1 failed | "
                  "0.9000                   | 0.7500                  |\n"
                  "| lr   | lr=1    | 3 missing                         | "
                  "-                        | -                       |\n"));
  EXPECT_THAT(text, testing::HasSubstr("sample standard deviation (n - 1)"));
}

TEST_F(ReportTest, FieldsWithCommasAreQuotedInCsv) {
  Table table = MakeTable(StudyOf(plan_), {});
  table.rows[0].cell.setting = "lr=0.1, note=\"x\"";
  EXPECT_THAT(ToCsv(table),
              testing::HasSubstr("\nlr,\"lr=0.1, note=\"\"x\"\"\",3,"));
}

TEST_F(ReportTest, TablesAreWrittenIntoTheStudysFolder) {
  const std::string folder = MakeTestFolder() + "/tiny";
  const Table table = MakeTable(StudyOf(plan_), records_);
  ASSERT_OK(WriteTables(folder, table));
  EXPECT_EQ(*ReadFile(folder + "/table.md"), ToMarkdown(table));
  EXPECT_EQ(*ReadFile(folder + "/table.csv"), ToCsv(table));
}

}  // namespace
}  // namespace bigstep
