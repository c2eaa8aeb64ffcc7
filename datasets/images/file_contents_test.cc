#include "datasets/images/file_contents.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <utime.h>

#include <memory>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "base/testing.h"

namespace bigstep {
namespace {

class FileContentsTest : public testing::Test {
 protected:
  FileContentsTest() {
    WriteTestFile(a_, "abc");
    WriteTestFile(b_, "def");
  }

  std::string Contents(const std::vector<std::string>& paths) const {
    return FileContents(FileChecksums(paths, *helpers_));
  }
  std::string Contents() const { return Contents({a_, b_}); }

  const std::string folder_ = MakeTestFolder();
  const std::string a_ = folder_ + "/a", b_ = folder_ + "/b";
  const std::shared_ptr<c10::ThreadPool> helpers_ = MakeHelpers();
};

TEST_F(FileContentsTest, DependsOnBytesAndOrderOnly) {
  const std::string before = Contents();
  EXPECT_EQ(before.size(), 32u);
  EXPECT_EQ(Contents(), before);
  EXPECT_NE(Contents({b_, a_}), before);
  const std::string copy = folder_ + "/copy";
  WriteTestFile(copy, "abc");
  EXPECT_EQ(Contents({copy, b_}), before);
}

TEST_F(FileContentsTest, NoticesAFileOfTheSameSizeAndTime) {
  const std::string before = Contents();
  struct stat found = {};
  ASSERT_EQ(stat(a_.c_str(), &found), 0);
  WriteTestFile(a_, "abX");
  const utimbuf times = {found.st_atime, found.st_mtime};
  ASSERT_EQ(utime(a_.c_str(), &times), 0);
  EXPECT_NE(Contents(), before);
  WriteTestFile(a_, "abc");
  EXPECT_EQ(Contents(), before);
}

TEST_F(FileContentsTest, AFileThatCannotBeReadIsNoError) {
  const std::string before = Contents();
  const std::string gone = folder_ + "/gone";
  EXPECT_NE(Contents({gone, b_}), before);
  EXPECT_EQ(Contents({gone, b_}), Contents({folder_, b_}));
}

}  // namespace
}  // namespace bigstep
