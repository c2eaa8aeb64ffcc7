#include "experiments/report/write_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "experiments/records/testing.h"

namespace bigstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFiles[] = {
    "table.md",       "table.csv",      "table.tex", "comparison.md",
    "comparison.csv", "comparison.tex", "trials.csv"};

class WriteReportTest : public testing::Test {
 protected:
  WriteReportTest() {
    WriteSyntheticStudy(folder_, study_);
    // Without gnuplot these tests are quick; figures_test draws.
    setenv("PATH", "/nonexistent", 1);
  }

  std::string RecordPath(size_t trial) {
    return TrialFolder(folder_, study_.trials[trial].id) + "/record.json";
  }
  std::string Read(const std::string& file) {
    return ReadTestFile(folder_ + "/" + file);
  }

  std::string root_ = MakeTestFolder();
  std::string folder_ = root_ + "/synthetic";
  Study study_ = SyntheticStudy(8, 2);
};

TEST_F(WriteReportTest, MakesEveryFileFromTheRecordsAlone) {
  const auto analysis = WriteReport(folder_);
  ASSERT_OK(analysis);
  EXPECT_EQ(analysis->total.completed, 16);
  for (const char* file : kFiles) EXPECT_NE(Read(file), "") << file;
}

TEST_F(WriteReportTest, MakesTheSameFilesAgain) {
  ASSERT_OK(WriteReport(folder_));
  std::vector<std::string> first;
  for (const char* file : kFiles) {
    first.push_back(Read(file));
    std::filesystem::remove(folder_ + "/" + file);
  }
  ASSERT_OK(WriteReport(folder_));
  for (size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(Read(kFiles[i]), first[i]);
}

TEST_F(WriteReportTest, AStudyUnderWayHasAReport) {
  std::filesystem::remove(RecordPath(0));
  std::filesystem::remove_all(TrialFolder(folder_, study_.trials[1].id));
  const auto analysis = WriteReport(folder_);
  ASSERT_OK(analysis);
  EXPECT_EQ(analysis->total.missing, 2);
  EXPECT_THAT(Read("trials.csv"), HasSubstr("\ntrial_0_0,0,missing,"));
  std::filesystem::remove_all(folder_ + "/trials");
  ASSERT_OK(WriteReport(folder_));
}

TEST_F(WriteReportTest, ForeignFilesAreIgnored) {
  ASSERT_OK(WriteReport(folder_));
  const std::string before = Read("trials.csv");
  WriteTestFile(folder_ + "/notes.txt", "mine");
  WriteTestFile(folder_ + "/trials/notes.txt", "mine");
  WriteTestFile(folder_ + "/trials/other/record.json", "{");
  WriteTestFile(RecordPath(0) + ".tmp", "{");
  ASSERT_OK(WriteReport(folder_));
  EXPECT_EQ(Read("trials.csv"), before);
}

TEST_F(WriteReportTest, ADamagedRecordIsNamedWithTheCureAndNothingIsWritten) {
  const std::string whole = ReadTestFile(RecordPath(3));
  for (const std::string& damaged :
       {std::string(), whole.substr(0, whole.size() / 2), std::string("[]")}) {
    WriteTestFile(RecordPath(3), damaged);
    const absl::Status status = WriteReport(folder_).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << damaged;
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(RecordPath(3)), HasSubstr("delete the file")));
    EXPECT_EQ(Read("table.md"), "");
  }
}

// A program in place of gnuplot that says that it began and then waits.
class SlowGnuplotTest : public WriteReportTest {
 protected:
  SlowGnuplotTest() {
    WriteTestFile(
        root_ + "/bin/gnuplot",
        absl::StrCat("#!/bin/sh\n: >", root_, "/drawing\nwhile [ ! -e ", root_,
                     "/go ]; do /bin/sleep 0.01; done\nexit 1\n"));
    std::filesystem::permissions(root_ + "/bin/gnuplot",
                                 std::filesystem::perms::owner_all);
    setenv("PATH", (root_ + "/bin").c_str(), 1);
  }

  void AwaitDrawing() {
    while (!std::filesystem::exists(root_ + "/drawing")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
};

TEST_F(SlowGnuplotTest, TheLastWriterLeavesTheReportOfAllRecords) {
  const std::string record = ReadTestFile(RecordPath(0));
  std::filesystem::remove(RecordPath(0));
  std::thread first([this] {
    const auto analysis = WriteReport(folder_);
    ASSERT_OK(analysis);
    EXPECT_EQ(analysis->total.missing, 1);
  });
  AwaitDrawing();
  // The first has read the records; here comes one more.
  WriteTestFile(RecordPath(0), record);
  std::atomic<bool> written = false;
  std::thread second([&] {
    const auto analysis = WriteReport(folder_);
    ASSERT_OK(analysis);
    EXPECT_EQ(analysis->total.missing, 0);
    written = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_FALSE(written);
  WriteTestFile(root_ + "/go", "");
  first.join();
  second.join();
  EXPECT_THAT(Read("trials.csv"), Not(HasSubstr("missing")));
  EXPECT_THAT(Read("report.html"), Not(HasSubstr("1 missing")));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/report.lock"));
}

TEST_F(SlowGnuplotTest, AnInterruptEndsTheWaitForAnotherWriter) {
  std::thread first([this] { EXPECT_OK(WriteReport(folder_)); });
  AwaitDrawing();
  const absl::Status status =
      WriteReport(folder_, nullptr, [] { return true; }).status();
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("interrupted while waiting for the report that another "
                        "program writes: " +
                        folder_ + "/report.lock"));
  WriteTestFile(root_ + "/go", "");
  first.join();
}

TEST_F(WriteReportTest, WithoutAStudyThereIsNothingToReport) {
  for (const std::string& folder : {root_, root_ + "/none"}) {
    const absl::Status status = WriteReport(folder).status();
    EXPECT_TRUE(absl::IsNotFound(status));
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(folder + " holds no study"));
  }
}

TEST_F(WriteReportTest, FindsAStudyOrThoseInAFolder) {
  ASSERT_OK(WriteStudy(root_ + "/another", study_));
  WriteTestFile(root_ + "/no_study/notes.txt", "mine");
  EXPECT_THAT(*FindStudies(folder_), ElementsAre(folder_));
  EXPECT_THAT(*FindStudies(root_), ElementsAre(root_ + "/another", folder_));
  const absl::Status none = FindStudies(root_ + "/no_study").status();
  EXPECT_TRUE(absl::IsNotFound(none));
  EXPECT_THAT(std::string(none.message()), HasSubstr("holds no study"));
  const absl::Status nowhere = FindStudies(root_ + "/nowhere").status();
  EXPECT_TRUE(absl::IsNotFound(nowhere));
  EXPECT_THAT(std::string(nowhere.message()),
              HasSubstr("/nowhere: No such file or directory"));
}

TEST_F(WriteReportTest, StudiesAreComparedIntoAnyFolder) {
  const std::string other = root_ + "/other";
  WriteSyntheticStudy(other, SyntheticStudy(4, 1));
  ASSERT_OK(WriteStudiesReport({folder_, other}, root_ + "/both"));
  EXPECT_THAT(ReadTestFile(root_ + "/both/studies.md"),
              HasSubstr("# synthetic, synthetic (2)"));
  EXPECT_TRUE(
      absl::IsInvalidArgument(WriteStudiesReport({folder_}, root_ + "/both")));
  EXPECT_TRUE(
      absl::IsNotFound(WriteStudiesReport({folder_, root_}, root_ + "/both")));
}

}  // namespace
}  // namespace bigstep
