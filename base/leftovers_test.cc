#include "base/leftovers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/testing.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::UnorderedElementsAre;

// ProcessName up to the process.
std::string Prefix() {
  return ProcessName().substr(0, ProcessName().rfind('-') + 1);
}

// The ProcessName of a process that has ended.
std::string Ended() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return absl::StrCat(Prefix(), child);
}

TEST(ProcessNameTest, IsThatOfAProcessUntilItHasEnded) {
  // By hand: /proc/self/ns/pid leads to "pid:[4026531836]".
  const std::string name_space =
      fs::read_symlink("/proc/self/ns/pid").string().substr(5);
  EXPECT_EQ(
      ProcessName(),
      absl::StrCat(HostName(), "-", name_space.substr(0, name_space.size() - 1),
                   "-", getpid()));
  EXPECT_FALSE(HasEnded(ProcessName()));
  EXPECT_TRUE(HasEnded(Ended()));
}

TEST(ProcessNameTest, NothingIsKnownOfOthers) {
  const std::string ended = Ended();
  for (const std::string& name :
       {absl::StrCat("x", ended), absl::StrCat(ended, "x"),
        absl::StrCat(Prefix(), "0"), absl::StrCat(Prefix(), "-1"),
        absl::StrCat(Prefix(), "99999999999999999999"), HostName(),
        std::string()}) {
    EXPECT_FALSE(HasEnded(name)) << name;
  }
}

// Containers with one host name have process ids of their own.
TEST(ProcessNameTest, NothingIsKnownOfOtherNamespaces) {
  const std::string ended = Ended();
  const std::string pid = ended.substr(ended.rfind('-'));
  EXPECT_FALSE(HasEnded(absl::StrCat(HostName(), "-1", pid)));
  EXPECT_FALSE(HasEnded(absl::StrCat(HostName(), pid)));
}

class RemoveTemporaryFilesTest : public testing::Test {
 protected:
  void Make(const std::string& name, bool old = false) {
    const std::string path = absl::StrCat(folder_, "/", name);
    WriteTestFile(path, "x");
    if (!old) return;
    fs::last_write_time(
        path, fs::file_time_type::clock::now() - std::chrono::hours(25));
  }

  std::vector<std::string> Left() {
    RemoveTemporaryFiles(folder_);
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  const std::string folder_ = MakeTestFolder();
};

TEST_F(RemoveTemporaryFilesTest, RemovesThoseOfEndedProcesses) {
  Make(absl::StrCat("a.json.tmp-", Ended(), "-0"));
  Make(absl::StrCat("b.tmp-", Ended(), "-x7K/inside"));
  const std::string own = absl::StrCat("c.json.tmp-", ProcessName(), "-0");
  Make(own);
  Make("d.json.tmp-elsewhere-1-0");
  Make(absl::StrCat("e.json.", Ended()));
  EXPECT_THAT(Left(), UnorderedElementsAre(own, "d.json.tmp-elsewhere-1-0",
                                           testing::StartsWith("e.json.")));
}

TEST_F(RemoveTemporaryFilesTest, RemovesThoseOlderThanADay) {
  Make("a.json.tmp-elsewhere-1-0", /*old=*/true);
  Make(absl::StrCat("b.json.tmp-", ProcessName(), "-0"), /*old=*/true);
  Make("a.json", /*old=*/true);
  EXPECT_THAT(Left(), UnorderedElementsAre("a.json"));
}

TEST_F(RemoveTemporaryFilesTest, DoesNotFollowLinks) {
  const std::string elsewhere = MakeTestFolder();
  WriteTestFile(elsewhere + "/file", "x");
  fs::create_symlink(elsewhere,
                     absl::StrCat(folder_, "/a.tmp-", Ended(), "-0"));
  EXPECT_THAT(Left(), testing::IsEmpty());
  EXPECT_TRUE(fs::exists(elsewhere + "/file"));
}

TEST_F(RemoveTemporaryFilesTest, AMissingFolderIsNotCreated) {
  RemoveTemporaryFiles(folder_ + "/none");
  EXPECT_FALSE(fs::exists(folder_ + "/none"));
}

TEST_F(RemoveTemporaryFilesTest, AtomicFilesAreNamedAfterTheirProcess) {
  const pid_t child = fork();
  if (child == 0) {
    auto file = AtomicFile::Create(folder_ + "/a.json");
    _exit(file.ok() ? 0 : 1);  // Without the destructor, as if killed.
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  ASSERT_FALSE(fs::is_empty(folder_));
  EXPECT_THAT(Left(), testing::IsEmpty());
}

}  // namespace
}  // namespace bigstep
