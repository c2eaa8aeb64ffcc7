#include "experiments/run/resume.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "experiments/plan/testing.h"
#include "experiments/records/record_writer.h"
#include "experiments/records/study.h"
#include "experiments/train/trainer.h"

namespace bigstep {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ResumeTest : public testing::Test {
 protected:
  void Write(const Trial& trial) {
    ASSERT_OK(WriteRecord(
        folder_,
        {trial.id, plan_.study.name, trial.settings, Json::object(), "now"},
        TrialResult()));
  }

  std::string RecordPath(const std::string& id) {
    return TrialFolder(folder_, id) + "/record.json";
  }

  // Changes one place of a record.
  void Edit(const std::string& id, const std::string& pointer,
            const Json& value) {
    Json json = *ParseJson(*ReadFile(RecordPath(id)));
    json[Json::json_pointer(pointer)] = value;
    ASSERT_OK(WriteFileAtomically(RecordPath(id), json.dump()));
  }

  std::string ErrorOf(absl::StatusCode code) {
    const auto content = ReadFolder(folder_, plan_);
    EXPECT_EQ(content.status().code(), code);
    return std::string(content.status().message());
  }

  const Plan plan_ = PlanOf(kTinySpec);
  const std::string folder_ = MakeTestFolder();
};

TEST_F(ResumeTest, AFolderThatIsNotThereIsEmpty) {
  const auto content = ReadFolder(folder_ + "/none", plan_);
  ASSERT_OK(content);
  EXPECT_TRUE(content->records.empty());
  EXPECT_EQ(DescribeUnused(*content), "");
}

TEST_F(ResumeTest, RecordsOfThePlanAreRead) {
  Write(plan_.trials[1]);
  const auto content = ReadFolder(folder_, plan_);
  ASSERT_OK(content);
  ASSERT_EQ(content->records.size(), 1);
  EXPECT_EQ(content->records.begin()->first, plan_.trials[1].id);
  EXPECT_EQ(DescribeUnused(*content), "");
}

TEST_F(ResumeTest, FilesOfOthersDoNotMatter) {
  Write(plan_.trials[0]);
  for (const char* file :
       {"/notes.txt", "/trials/readme", "/trials/old/record.json",
        "/trials/0123456789abcdef/checkpoint.bigstep"}) {
    WriteTestFile(folder_ + file, "not ours");
  }
  const auto content = ReadFolder(folder_, plan_);
  ASSERT_OK(content);
  EXPECT_EQ(content->records.size(), 1);
  EXPECT_EQ(DescribeUnused(*content), "");
}

TEST_F(ResumeTest, WhatIsNotUsedIsCounted) {
  for (const Trial& trial : plan_.trials) Write(trial);
  // As if a plugin had had another version: equal settings, another id.
  const std::string old_id = "0123456789abcdef";
  std::filesystem::rename(TrialFolder(folder_, plan_.trials[0].id),
                          TrialFolder(folder_, old_id));
  Edit(old_id, "/id", old_id);
  EXPECT_EQ(DescribeUnused(*ReadFolder(folder_, plan_)),
            "; kept but not used: 1 record of an earlier version of a plugin");
  // The same folder, once the spec asks for one seed only.
  const auto content = ReadFolder(folder_, PlanOf(kTinySpec, {"seeds=1"}));
  ASSERT_OK(content);
  EXPECT_EQ(content->records.size(), 2);
  EXPECT_EQ(DescribeUnused(*content),
            "; kept but not used: 3 records of other settings, 1 record of an "
            "earlier version of a plugin");
}

TEST_F(ResumeTest, ADamagedRecordIsNamedWithTheCure) {
  WriteTestFile(RecordPath(plan_.trials[2].id), "{\"format\": 1, \"id");
  EXPECT_THAT(ErrorOf(absl::StatusCode::kDataLoss),
              AllOf(HasSubstr(RecordPath(plan_.trials[2].id)),
                    HasSubstr("delete the file to run the trial again")));
}

TEST_F(ResumeTest, ARecordOfOtherSettingsIsRefused) {
  Write(plan_.trials[0]);
  Edit(plan_.trials[0].id, "/trial/optimizer/lr", 0.25);
  EXPECT_THAT(ErrorOf(absl::StatusCode::kFailedPrecondition),
              AllOf(HasSubstr(RecordPath(plan_.trials[0].id)),
                    HasSubstr("optimizer.lr is 0.25, expected 0.1"),
                    HasSubstr("another --out")));
}

TEST_F(ResumeTest, AnOptionAddedSinceDoesNotMatter) {
  Write(plan_.trials[0]);
  Json json = *ParseJson(*ReadFile(RecordPath(plan_.trials[0].id)));
  json["trial"]["training"].erase("stop");
  WriteTestFile(RecordPath(plan_.trials[0].id), json.dump());
  EXPECT_OK(ReadFolder(folder_, plan_));
}

TEST_F(ResumeTest, AStudyOfAnotherFormatIsRefused) {
  WriteTestFile(folder_ + "/study.json", R"({"format": 99})");
  EXPECT_THAT(ErrorOf(absl::StatusCode::kFailedPrecondition),
              AllOf(HasSubstr(folder_ + "/study.json"), HasSubstr("found 99"),
                    HasSubstr("another --out")));
}

TEST_F(ResumeTest, ADamagedStudyIsWrittenAnew) {
  for (const char* text : {"", "{", "[]", "{}"}) {
    WriteTestFile(folder_ + "/study.json", text);
    EXPECT_OK(ReadFolder(folder_, plan_)) << text;
  }
  ASSERT_OK(WriteStudy(folder_, plan_.study));
  EXPECT_OK(ReadFolder(folder_, plan_));
}

TEST(ContradictionTest, NamesTheFirstPlace) {
  const Json json = {{"a", {{"b", {1, {{"c", 2}}}}}}, {"d", "x"}};
  EXPECT_EQ(Contradiction(json, json), "");
  Json other = json;
  other["a"]["b"][1]["c"] = 3;
  EXPECT_EQ(Contradiction(other, json), "a.b[1].c is 3, expected 2");
  other = json;
  other["a"]["b"] = {1};
  EXPECT_EQ(Contradiction(other, json), R"(a.b is [1], expected [1,{"c":2}])");
  other = json;
  other["d"] = 7;
  EXPECT_EQ(Contradiction(other, json), "d is 7, expected \"x\"");
  other["d"] = "x";
  other["e"] = 1;
  EXPECT_EQ(Contradiction(other, json), "");
  EXPECT_EQ(Contradiction(json, other), "");
}

}  // namespace
}  // namespace bigstep
