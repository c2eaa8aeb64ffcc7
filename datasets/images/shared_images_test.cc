#include "datasets/images/shared_images.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/testing.h"

namespace bigstep {
namespace {

class SharedImagesTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& content) const {
    WriteTestFile(folder_ + "/" + name, content);
    return folder_ + "/" + name;
  }

  const std::string folder_ = MakeTestFolder();
  const std::string a_ = Write("a", "one"), b_ = Write("b", "two");
  const std::string c_ = Write("c", "three"), a2_ = Write("a2", "one");
};

TEST_F(SharedImagesTest, FindsEqualContentInTwoSplits) {
  const SharedImages shared =
      FindSharedImages({{b_, a_}, {c_}, {a2_, folder_ + "/missing", a_}});
  ASSERT_EQ(shared.between.size(), 1u);
  const auto& [pair, between] = *shared.between.begin();
  EXPECT_EQ(pair, std::make_pair(0, 2));
  EXPECT_EQ(between.count, 2);
  EXPECT_EQ(between.first, a_);
  EXPECT_EQ(between.second, a2_);
  EXPECT_FALSE(shared.all_equal);
}

TEST_F(SharedImagesTest, EqualContentInOneSplitIsNotShared) {
  EXPECT_TRUE(FindSharedImages({{a_, a2_, a_}, {b_}, {c_}}).between.empty());
}

// Equal sizes, equal ends of 4096 bytes, other beginnings.
TEST_F(SharedImagesTest, ReadsWholeFilesWhereEndsAreEqual) {
  const std::string end(4096, 'e');
  const std::string x = Write("x", "x" + end), y = Write("y", "y" + end);
  EXPECT_TRUE(FindSharedImages({{x}, {y}}).between.empty());
  EXPECT_EQ(FindSharedImages({{x, y}, {y}}).between.at({0, 1}).count, 1);
}

TEST_F(SharedImagesTest, FollowsLinks) {
  std::filesystem::create_symlink(a_, folder_ + "/link");
  EXPECT_EQ(
      FindSharedImages({{a_}, {folder_ + "/link"}}).between.at({0, 1}).count,
      1);
}

TEST_F(SharedImagesTest, SaysIfThereIsOneContentOnly) {
  EXPECT_TRUE(FindSharedImages({{a_, a2_}, {a_}, {a2_}}).all_equal);
  EXPECT_FALSE(FindSharedImages({{a_, b_}, {a_, b_}}).all_equal);
  EXPECT_FALSE(FindSharedImages({{}, {}}).all_equal);
}

}  // namespace
}  // namespace bigstep
