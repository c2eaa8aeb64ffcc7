#include "experiments/run/trial_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/testing.h"
#include "experiments/records/record.h"

namespace bigstep {
namespace {

using ::testing::MatchesRegex;

class TrialLogTest : public testing::Test {
 protected:
  TrialLogTest() { WriteTestFile(path_, "before\n"); }

  TrialLog Open() { return TrialLog::Open(folder_, "ab").value(); }

  const std::string folder_ = MakeTestFolder();
  const std::string path_ = TrialFolder(folder_, "ab") + "/log.txt";
};

TEST(UtcNowTest, IsNowToTheMillisecond) {
  const absl::Time before = absl::Now();
  const std::string now = UtcNow();
  absl::Time read;
  std::string error;
  ASSERT_TRUE(absl::ParseTime("%Y-%m-%dT%H:%M:%E3SZ", now, &read, &error))
      << now << ": " << error;
  EXPECT_GE(read, before - absl::Milliseconds(1));
  EXPECT_LE(read, absl::Now());
  EXPECT_EQ(now.size(), std::string("2026-01-31T23:59:59.999Z").size());
}

TEST_F(TrialLogTest, LinesOfBothWritersFollowWhatIsThere) {
  TrialLog worker = Open();
  TrialLog supervisor = Open();
  worker.Add("started");
  supervisor.AddOutput("printed");
  worker.Add("ended");
  EXPECT_THAT(
      ReadTestFile(path_),
      MatchesRegex("before\n2[^ ]*Z started\nprinted\n2[^ ]*Z ended\n"));
}

TEST_F(TrialLogTest, NothingInItChangesATerminal) {
  TrialLog log = Open();
  log.Add("two\nlines\x1b[2J");
  log.AddOutput("one\rline\x1b[2J");
  EXPECT_THAT(ReadTestFile(path_),
              MatchesRegex("before\n2[^ ]*Z two\nlines<U.001B>\\[2J\n"
                           "one<U.000D>line<U.001B>\\[2J\n"));
}

TEST_F(TrialLogTest, IsNotWrittenThroughALink) {
  const std::string other = MakeTestFolder() + "/file";
  WriteTestFile(other, "theirs");
  std::filesystem::remove(path_);
  std::filesystem::create_symlink(other, path_);
  EXPECT_TRUE(absl::IsDataLoss(TrialLog::Open(folder_, "ab").status()));
  EXPECT_EQ(ReadTestFile(other), "theirs");
}

}  // namespace
}  // namespace bigstep
