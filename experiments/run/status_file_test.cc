#include "experiments/run/status_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/leftovers.h"
#include "base/testing.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

class StatusFileTest : public testing::Test {
 protected:
  StatusFile Open() {
    auto file = StatusFile::Open(folder_, [this] { return now_; });
    EXPECT_OK(file);
    return std::move(file).value();
  }

  Json Read(const std::string& path) { return *ParseJson(*ReadFile(path)); }

  std::string folder_ = MakeTestFolder();
  StatusFile::Clock::time_point now_;
};

TEST_F(StatusFileTest, SaysWhoseItIs) {
  StatusFile file = Open();
  EXPECT_EQ(file.path(), folder_ + "/status.json");
  EXPECT_FALSE(file.shared());
  ASSERT_OK(file.Write("running", {{"study", "tiny"}}));
  const Json json = Read(folder_ + "/status.json");
  EXPECT_EQ(json["study"], "tiny");
  EXPECT_EQ(json["state"], "running");
  EXPECT_EQ(json["pid"], getpid());
  EXPECT_EQ(json["format"], 1);
  for (const char* key : {"host", "started", "updated"}) {
    EXPECT_FALSE(json[key].get<std::string>().empty()) << key;
  }
}

TEST_F(StatusFileTest, IsDueEveryTwoSeconds) {
  StatusFile file = Open();
  EXPECT_TRUE(file.IsDue());
  ASSERT_OK(file.Write("running", {}));
  EXPECT_FALSE(file.IsDue());
  now_ += std::chrono::milliseconds(1999);
  EXPECT_FALSE(file.IsDue());
  now_ += std::chrono::milliseconds(1);
  EXPECT_TRUE(file.IsDue());
}

TEST_F(StatusFileTest, TheLastWordStays) {
  {
    StatusFile file = Open();
    ASSERT_OK(file.Close("completed", {}));
  }
  EXPECT_EQ(Read(folder_ + "/status.json")["state"], "completed");
  EXPECT_FALSE(fs::exists(folder_ + "/lock"));
}

TEST_F(StatusFileTest, ASecondRunHasItsOwn) {
  StatusFile first = Open();
  StatusFile second = Open();
  EXPECT_TRUE(second.shared());
  ASSERT_OK(first.Write("running", {{"study", "first"}}));
  ASSERT_OK(second.Write("running", {{"study", "second"}}));
  EXPECT_EQ(Read(folder_ + "/status.json")["study"], "first");
  EXPECT_EQ(Read(second.path())["study"], "second");
  ASSERT_OK(second.Close("completed", {}));
  EXPECT_FALSE(fs::exists(second.path()));
}

TEST_F(StatusFileTest, ThoseOfKilledRunsOnThisHostAreRemoved) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  const std::string host =
      ProcessName().substr(0, ProcessName().rfind('-') + 1);
  const auto path = [&](const std::string& name) {
    return absl::StrCat(folder_, "/status.", name, ".json");
  };
  const std::string ended = path(absl::StrCat(host, child));
  const std::string running = path(ProcessName());
  const std::string elsewhere = path(absl::StrCat("x", host, child));
  for (const std::string& file : {ended, running, elsewhere}) {
    WriteTestFile(file, "{}");
  }
  Open();
  EXPECT_FALSE(fs::exists(ended));
  EXPECT_TRUE(fs::exists(running));
  EXPECT_TRUE(fs::exists(elsewhere));
}

TEST_F(StatusFileTest, AFolderThatCannotBeWrittenIsAnError) {
  const auto file = StatusFile::Open(folder_ + "/none");
  EXPECT_FALSE(file.ok());
}

}  // namespace
}  // namespace bigstep
