#include "datasets/images/shared_images.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/interrupt.h"
#include "base/parallel.h"
#include "base/testing.h"

namespace bigstep {
namespace {

class SharedImagesTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& content) const {
    WriteTestFile(folder_ + "/" + name, content);
    return folder_ + "/" + name;
  }

  static SharedImages Find(
      const std::vector<std::vector<std::string>>& splits) {
    static const auto helpers = MakeHelpers();
    return FindSharedImages(splits, *helpers).value();
  }

  const std::string folder_ = MakeTestFolder();
  const std::string a_ = Write("a", "one"), b_ = Write("b", "two");
  const std::string c_ = Write("c", "three"), a2_ = Write("a2", "one");
};

TEST_F(SharedImagesTest, FindsEqualContentInTwoSplits) {
  const SharedImages shared =
      Find({{b_, a_}, {c_}, {a2_, folder_ + "/missing", a_}});
  ASSERT_EQ(shared.between.size(), 1u);
  const auto& [pair, between] = *shared.between.begin();
  EXPECT_EQ(pair, std::make_pair(0, 2));
  EXPECT_EQ(between.count, 2);
  EXPECT_EQ(between.first, a_);
  EXPECT_EQ(between.second, a2_);
  EXPECT_FALSE(shared.all_equal);
}

TEST_F(SharedImagesTest, EqualContentInOneSplitIsNotShared) {
  EXPECT_TRUE(Find({{a_, a2_, a_}, {b_}, {c_}}).between.empty());
}

// Equal sizes, equal ends of 4096 bytes, other beginnings.
TEST_F(SharedImagesTest, ReadsWholeFilesWhereEndsAreEqual) {
  const std::string end(4096, 'e');
  const std::string x = Write("x", "x" + end), y = Write("y", "y" + end);
  EXPECT_TRUE(Find({{x}, {y}}).between.empty());
  EXPECT_EQ(Find({{x, y}, {y}}).between.at({0, 1}).count, 1);
}

// What is known is used again, unless a file changed, with its times or
// without.
TEST_F(SharedImagesTest, SeesChangedFiles) {
  EXPECT_EQ(Find({{a_}, {a2_}}).between.size(), 1u);
  EXPECT_EQ(Find({{a_}, {a2_}}).between.size(), 1u);
  const auto time = std::filesystem::last_write_time(a2_);
  // The clock of files is coarser than that of programs.
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  Write("a2", "uno");
  std::filesystem::last_write_time(a2_, time);
  EXPECT_TRUE(Find({{a_}, {a2_}}).between.empty());
  EXPECT_TRUE(Find({{a_, a2_}, {}}).between.empty());
}

TEST_F(SharedImagesTest, AnInterruptEndsTheSearch) {
  const pid_t child = fork();  // Interrupted() stays true.
  if (child == 0) {
    CatchTermination();
    raise(SIGTERM);
    // fork() left the threads of other helpers behind.
    c10::ThreadPool alone(1);
    const auto status = FindSharedImages({{a_}, {a2_}}, alone).status();
    _exit(absl::IsCancelled(status) ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(SharedImagesTest, FollowsLinks) {
  std::filesystem::create_symlink(a_, folder_ + "/link");
  EXPECT_EQ(Find({{a_}, {folder_ + "/link"}}).between.at({0, 1}).count, 1);
}

TEST_F(SharedImagesTest, SaysIfThereIsOneContentOnly) {
  EXPECT_TRUE(Find({{a_, a2_}, {a_}, {a2_}}).all_equal);
  EXPECT_FALSE(Find({{a_, b_}, {a_, b_}}).all_equal);
  EXPECT_FALSE(Find({{}, {}}).all_equal);
}

}  // namespace
}  // namespace bigstep
