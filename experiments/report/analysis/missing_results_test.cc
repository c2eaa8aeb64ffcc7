#include "experiments/report/analysis/missing_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MissingResultsTest : public testing::Test {
 protected:
  MissingResultsTest() {
    b_.AddCompleted({low_}, 0, 0.5, 1);
    b_.AddCompleted({low_}, 1, 0.7, 1);
    b_.AddOutcome({low_}, 2, Outcome::kDiverged);
    b_.AddMissing({low_}, 3);
  }

  std::vector<std::string> Warnings() const {
    return MissingResultWarnings(b_.study_, b_.records_, b_.Analyzed().total);
  }

  StudyBuilder b_;
  const size_t low_ = b_.AddAxisValue("lr", "0.1", 0.1);
};

TEST_F(MissingResultsTest, TrialsWithoutARecordOrDivergedLackNothing) {
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(MissingResultsTest, ACompletedTrialWithoutAResultIsNamed) {
  b_.records_["t1"].metrics["accuracy"].erase("test");
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr(
                              "Warning: 1 of 2 completed trials lacks the "
                              "result accuracy.test (the first: t1)")));
  EXPECT_EQ(b_.Analyzed().warnings, Warnings());
  b_.records_["t1"].metrics.erase("accuracy");
  EXPECT_EQ(Warnings().size(), 1u);
}

TEST_F(MissingResultsTest, AStudyInWhichAllDivergedSaysSo) {
  b_.records_.erase("t0");
  b_.records_.erase("t1");
  EXPECT_THAT(
      Warnings(),
      ElementsAre(HasSubstr("no trial completed, and 1 of 4 diverged")));
}

TEST_F(MissingResultsTest, AnUndefinedResultIsNotMissing) {
  b_.records_["t1"].metrics["accuracy"]["test"] = nullptr;
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(MissingResultsTest, ResultsAboutTheCourseOfTrainingCount) {
  b_.study_.columns[0].result.name = "test.peak";
  for (const char* const id : {"t0", "t1"}) {
    b_.records_[id].course = {{"accuracy", {{"test.peak", 0.75}}}};
  }
  EXPECT_THAT(Warnings(), IsEmpty());
  EXPECT_EQ(b_.Analyzed().configurations[low_].values[0].mean, 0.75);
  b_.records_["t1"].course = Json::object();
  EXPECT_EQ(Warnings().size(), 1u);
}

// Those of an older version of the metric.
TEST_F(MissingResultsTest, AResultThatNoTrialHasIsNotMixed) {
  for (const char* const id : {"t0", "t1"}) {
    b_.records_[id].metrics["accuracy"].erase("test");
  }
  EXPECT_THAT(Warnings(), IsEmpty());
}

}  // namespace
}  // namespace bigstep
