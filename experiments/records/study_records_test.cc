#include "experiments/records/study_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "experiments/records/testing.h"

namespace bigstep {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class StudyRecordsTest : public testing::Test {
 protected:
  StudyRecordsTest() { WriteSyntheticStudy(folder_, study_); }

  // Changes the settings of trial 2, of momentum=0.01.
  absl::Status Change(const std::string& pointer, const Json& value) {
    Json json = SyntheticRecord(study_, study_.trials[2], 1);
    json["trial"][Json::json_pointer(pointer)] = value;
    WriteRecordJson(folder_, study_.trials[2].id, json);
    return ReadStudyRecords(folder_, study_).status();
  }

  const std::string folder_ = MakeTestFolder() + "/synthetic";
  const Study study_ = SyntheticStudy(4, 2);
};

TEST_F(StudyRecordsTest, ReadsAllRecords) {
  const auto records = ReadStudyRecords(folder_, study_);
  ASSERT_OK(records);
  EXPECT_EQ(records->size(), 8u);
}

TEST_F(StudyRecordsTest, ResultsBeyondTheirRangeAreRefused) {
  const auto error = [this](const Json& accuracy) {
    Json json = SyntheticRecord(study_, study_.trials[2], 1);
    json["metrics"]["accuracy"]["unbiased_test"] = accuracy;
    WriteRecordJson(folder_, study_.trials[2].id, json);
    return std::string(ReadStudyRecords(folder_, study_).status().message());
  };
  for (const Json& fine : {Json(0), Json(1), Json(1 + 1e-9), Json()}) {
    EXPECT_EQ(error(fine), "") << fine;
  }
  for (const Json& wrong :
       {Json(1.5), Json(-1), Json(1e100), Json::array({0.5})}) {
    EXPECT_THAT(error(wrong),
                HasSubstr("metrics.accuracy.unbiased_test: expected a number "
                          "between 0 and 1, the range that study.json "
                          "declares, or null; found "))
        << wrong;
  }
}

TEST_F(StudyRecordsTest, ARecordWithoutASeedIsRefused) {
  Json json = SyntheticRecord(study_, study_.trials[2], 1);
  json["trial"].erase("seed");
  WriteRecordJson(folder_, study_.trials[2].id, json);
  EXPECT_THAT(std::string(ReadStudyRecords(folder_, study_).status().message()),
              HasSubstr("trial.seed: expected 0, as study.json says of trial " +
                        study_.trials[2].id + ", found none"));
}

TEST_F(StudyRecordsTest, MoreStepsThanTheTrialMayTakeAreRefused) {
  Json json = SyntheticRecord(study_, study_.trials[2], 1);
  json["steps"] = 3001;
  WriteRecordJson(folder_, study_.trials[2].id, json);
  EXPECT_THAT(std::string(ReadStudyRecords(folder_, study_).status().message()),
              HasSubstr("steps: expected at most 3000, the trial's "
                        "training.max_steps, found 3001"));
}

TEST_F(StudyRecordsTest, AnotherSeedIsRefused) {
  EXPECT_THAT(
      std::string(Change("/seed", 7).message()),
      AllOf(HasSubstr("trial.seed: expected 0, as study.json says of trial "
                      "trial_1_0, found 7"),
            HasSubstr("in " + folder_ +
                      "/trials/trial_1_0/record.json; delete "
                      "the file and run the study again")));
}

TEST_F(StudyRecordsTest, AnotherValueOfAnAxisIsRefused) {
  const absl::Status status = Change("/optimizer/momentum", 0.5);
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(
      std::string(status.message()),
      HasSubstr("trial.optimizer.momentum: expected 0.01, as study.json "
                "says of trial trial_1_0, found 0.5"));
}

// The number may be that of the label.
TEST_F(StudyRecordsTest, ValuesThatAreNoNumbersAreNotCompared) {
  EXPECT_OK(Change("/optimizer/momentum", {{"name", "warmup"}}));
  EXPECT_OK(Change("/optimizer/momentum", true));
  EXPECT_OK(Change("/optimizer/momentum", "nesterov"));
  EXPECT_OK(Change("/optimizer", Json::array()));
  EXPECT_OK(Change("/optimizer", {{"name", "sgd"}, {"lr", 99}}));
}

}  // namespace
}  // namespace bigstep
