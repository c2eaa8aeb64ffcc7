#include "experiments/report/history_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing.h"
#include "experiments/records/study_records.h"
#include "experiments/records/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HistoryNotesTest : public testing::Test {
 protected:
  HistoryNotesTest() {
    WriteSyntheticStudy(folder_, study_);
    for (const StudyTrial& trial : study_.trials) Write(trial.id, kWhole);
  }

  std::string PathOf(const std::string& id) const {
    return TrialFolder(folder_, id) + "/history.csv";
  }
  void Write(const std::string& id, const std::string& text) const {
    WriteTestFile(PathOf(id), text);
  }

  std::vector<std::string> Notes() const {
    return HistoryNotes(folder_, study_, *ReadStudyRecords(folder_, study_));
  }

  // SyntheticRecord has 3000 steps and this result.
  static constexpr char kWhole[] =
      "step,train_loss,accuracy.unbiased_test\n1000,0.5,0.7\n3000,0.4,0.8\n";
  const std::string folder_ = MakeTestFolder() + "/synthetic";
  const Study study_ = SyntheticStudy(2, 2);
};

TEST_F(HistoryNotesTest, WholeHistoriesNeedNone) {
  EXPECT_THAT(Notes(), IsEmpty());
}

TEST_F(HistoryNotesTest, AMissingOneIsNoted) {
  std::filesystem::remove(PathOf("trial_0_1"));
  std::filesystem::remove(PathOf("trial_1_0"));
  EXPECT_THAT(
      Notes(),
      ElementsAre(HasSubstr("history.csv is missing in 2 completed trials (the "
                            "first: " +
                            PathOf("trial_0_1") + ")")));
}

TEST_F(HistoryNotesTest, AMetricThatTheStudyConfiguresOtherwiseIsFine) {
  Study other = study_;
  other.metric_ids["accuracy"] = "another";
  const auto records = ReadStudyRecords(folder_, other);
  EXPECT_FALSE(records->begin()->second.metrics.contains("accuracy"));
  EXPECT_THAT(HistoryNotes(folder_, other, *records), IsEmpty());
}

TEST_F(HistoryNotesTest, ALostRowOrNameIsNoted) {
  Write("trial_0_0", "step,train_loss\n1000,0.5\n");
  Write("trial_0_1", "step,train_loss\n");
  Write("trial_1_0", "step,train_loss,acuracy.unbiased_test\n3000,0.5,0.7\n");
  Write("trial_1_1", "step,train_loss\n3000,x\n");
  EXPECT_THAT(Notes(),
              ElementsAre(HasSubstr("cannot be read in 1 completed trial (the "
                                    "first: " +
                                    PathOf("trial_1_1")),
                          HasSubstr("does not end at the trial's last step in "
                                    "2 completed trials"),
                          HasSubstr("has a damaged column name in 1 completed "
                                    "trial")));
}

}  // namespace
}  // namespace bigstep
