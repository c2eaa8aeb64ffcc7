#include "experiments/report/tensorboard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "base/files.h"
#include "base/testing.h"
#include "experiments/records/record.h"
#include "experiments/report/write_report.h"

namespace bigstep {
namespace {

// The history of which testdata/tensorboard_golden.py makes a file.
History TwoSteps() {
  return {{"train_loss", "accuracy.test"},
          {100, 400},
          {{0.5, 0.0}, {1e-3, std::nullopt}}};
}

TEST(TensorBoardTest, RecordsAreFramedWithMaskedChecksums) {
  // The check value of CRC-32C: that of "123456789" is 0xE3069283. By hand,
  // masked: rotated right by 15 it is 0x2507C60D, plus 0xA282EAD8 is
  // 0xC78AB0E5.
  const std::string record = TfRecord("123456789");
  ASSERT_EQ(record.size(), 8 + 4 + 9 + 4u);
  EXPECT_EQ(record.substr(0, 8), std::string("\x09\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(record.substr(12, 9), "123456789");
  EXPECT_EQ(record.substr(21), "\xE5\xB0\x8A\xC7");
}

TEST(TensorBoardTest, AnEventFileIsThatOfAnotherEncoder) {
  EXPECT_EQ(EventFile(TwoSteps(), 1000, 8),
            ReadTestFile("experiments/report/testdata/tensorboard.golden"));
}

TEST(TensorBoardTest, AHistoryWithoutStepsHasTheVersionAlone) {
  const std::string file = EventFile({{"train_loss"}, {}, {}}, 0, 0);
  // 8 + 4 + 4 bytes around 9 of the time and 15 of the version.
  EXPECT_EQ(file.size(), 16 + 9 + 15u);
  EXPECT_THAT(file, testing::HasSubstr("brain.Event:2"));
}

// The fields of a record that reading needs.
constexpr char kRecord[] = R"(
"format": 1, "outcome": "completed", "collapsed": false, "steps": 400,
"stop": "max_steps", "metrics": {}, "trial": {}, "provenance": {},
"times": {"started": "1970-01-01T00:16:40Z", "train_s": 5, "evaluate_s": 3}})";

class StudyFolderTest : public testing::Test {
 protected:
  StudyFolderTest() : folder_(MakeTestFolder()) {
    study_.configurations = {{"lr", "lr=0.1", {}}, {"note", "note=../a/b", {}}};
    study_.trials = {{"t0", 0, {0}}, {"t1", 1, {0}}, {"t2", 0, {1}}};
    for (const char* id : {"t0", "t2"}) {
      std::filesystem::create_directories(TrialFolder(folder_, id));
      std::ofstream(TrialFolder(folder_, id) + "/record.json")
          << "{\"id\": \"" << id << "\"," << kRecord;
      std::ofstream(TrialFolder(folder_, id) + "/history.csv")
          << "step,train_loss,accuracy.test\n100,0.5,0\n400,0.001,\n";
    }
  }

  std::string folder_;
  Study study_;
};

TEST_F(StudyFolderTest, EveryFinishedTrialHasAFolderOfItsOwn) {
  ASSERT_OK(WriteTensorBoard(folder_, study_));
  // 1970-01-01 00:16:40 is second 1000, the trial took 8 seconds.
  EXPECT_EQ(ReadTestFile(folder_ +
                         "/tensorboard/lr=0.1 seed 0/events.out.tfevents.t0"),
            ReadTestFile("experiments/report/testdata/tensorboard.golden"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/tensorboard/lr=0.1 seed 1"));
}

// Those in history.csv are of another metric.
TEST_F(StudyFolderTest, MetricsThatWereMeasuredLaterHaveNoSteps) {
  std::ofstream(TrialFolder(folder_, "t0") + "/record.json")
      << R"({"measured": [{"metrics": ["accuracy"], "seconds": 1}],)"
      << R"("id": "t0",)" << kRecord;
  ASSERT_OK(WriteTensorBoard(folder_, study_));
  const std::string events = ReadTestFile(
      folder_ + "/tensorboard/lr=0.1 seed 0/events.out.tfevents.t0");
  EXPECT_THAT(events, testing::HasSubstr("train_loss"));
  EXPECT_THAT(events, testing::Not(testing::HasSubstr("accuracy")));
}

TEST_F(StudyFolderTest, NamesOfSettingsLeadNowhereElse) {
  ASSERT_OK(WriteTensorBoard(folder_, study_));
  EXPECT_TRUE(
      std::filesystem::exists(folder_ + "/tensorboard/note=.._a_b seed 0"));
}

TEST_F(StudyFolderTest, LongNamesEndWithAWholeLetter) {
  // 99 bytes, then a letter of two.
  const std::string start = "note=" + std::string(94, 'a');
  study_.configurations[1].name = start + "λλ";
  ASSERT_OK(WriteTensorBoard(folder_, study_));
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/tensorboard/" + start +
                                      " seed 0/events.out.tfevents.t2"));
}

TEST_F(StudyFolderTest, WhatAnEarlierCallWroteIsGone) {
  ASSERT_OK(WriteTensorBoard(folder_, study_));
  study_.configurations[1].name = "note=other";
  ASSERT_OK(WriteTensorBoard(folder_, study_));
  EXPECT_FALSE(
      std::filesystem::exists(folder_ + "/tensorboard/note=.._a_b seed 0"));
  EXPECT_TRUE(
      std::filesystem::exists(folder_ + "/tensorboard/note=other seed 0"));
}

TEST_F(StudyFolderTest, WritersTakeTurns) {
  const auto lock = LockReport(folder_, [] { return false; });
  ASSERT_OK(lock);
  EXPECT_TRUE(absl::IsCancelled(
      WriteTensorBoard(folder_, study_, [] { return true; })));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/tensorboard"));
}

TEST_F(StudyFolderTest, ADamagedHistoryIsNamed) {
  std::ofstream(TrialFolder(folder_, "t2") + "/history.csv") << "step\n1,2\n";
  const absl::Status status = WriteTensorBoard(folder_, study_);
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("t2/history.csv:2"));
}

}  // namespace
}  // namespace bigstep
