#include "base/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/file_lock.h"
#include "base/testing.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A folder with links to another person's folder and file beside it.
class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    WriteTestFile(other_ + "/file", "theirs");
    WriteTestFile(root_ + "/real/file", "ours");
    fs::create_symlink(other_, root_ + "/link");
    fs::create_symlink(other_ + "/file", root_ + "/real/linked");
    fs::create_symlink(other_ + "/missing", root_ + "/real/dangling");
  }

  // `status` says that `name` is a link.
  void ExpectLink(const absl::Status& status, const std::string& name) {
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(root_ + "/" + name + " is a symbolic link"));
  }

  // Nothing of the other person was changed.
  void ExpectTheirsUnchanged() {
    EXPECT_EQ(ReadTestFile(other_ + "/file"), "theirs");
    EXPECT_EQ(std::distance(fs::directory_iterator(other_), {}), 1);
  }

  std::string root_ = MakeTestFolder();
  std::string other_ = MakeTestFolder();
  Folder folder_{root_};
};

TEST_F(FolderTest, FilesBelowAreWrittenAndRead) {
  ASSERT_OK(folder_.Make("a/b"));
  ASSERT_OK(folder_.Make("a/b"));  // There already.
  ASSERT_OK(folder_.Write("a/b/file", "content"));
  const auto read = folder_.Read("a/b/file");
  ASSERT_OK(read);
  EXPECT_EQ(*read, "content");
  EXPECT_TRUE(folder_.HasFile("a/b/file"));
  EXPECT_FALSE(folder_.HasFile("a/b"));
  EXPECT_THAT(*folder_.List("a/b"), ElementsAre("file"));
  EXPECT_THAT(*folder_.List("none"), IsEmpty());
  EXPECT_TRUE(absl::IsNotFound(folder_.Read("none/file").status()));
  EXPECT_TRUE(absl::IsResourceExhausted(folder_.Read("a/b/file", 3).status()));
  EXPECT_OK(folder_.Remove("a/b/file"));
  EXPECT_OK(folder_.Remove("a/b/file"));
  EXPECT_FALSE(folder_.HasFile("a/b/file"));
}

TEST_F(FolderTest, TheFolderItselfMayBeALink) {
  const std::string link = MakeTestFolder() + "/results";
  fs::create_symlink(root_, link);
  const auto read = Folder(link).Read("real/file");
  ASSERT_OK(read);
  EXPECT_EQ(*read, "ours");
}

TEST_F(FolderTest, LinksToFilesAreNotRead) {
  ExpectLink(folder_.Read("real/linked").status(), "real/linked");
  EXPECT_FALSE(folder_.HasFile("real/linked"));
}

TEST_F(FolderTest, LinksToFoldersAreRefused) {
  ExpectLink(folder_.Read("link/file").status(), "link");
  ExpectLink(folder_.Write("link/file", "x"), "link");
  ExpectLink(folder_.Make("link"), "link");
  ExpectLink(folder_.Make("link/new"), "link");
  ExpectLink(folder_.CheckNoLink("link"), "link");
  ExpectLink(folder_.List("link").status(), "link");
  ExpectLink(folder_.Remove("link/file"), "link");
  ExpectLink(folder_.OpenToAppend("link/new").status(), "link");
  EXPECT_OK(folder_.CheckNoLink("real"));
  EXPECT_OK(folder_.CheckNoLink("none"));
  ExpectTheirsUnchanged();
}

TEST_F(FolderTest, WritingReplacesALink) {
  for (const char* const name : {"real/linked", "real/dangling"}) {
    EXPECT_OK(folder_.Write(name, "new"));
    EXPECT_FALSE(fs::is_symlink(root_ + "/" + name));
    EXPECT_EQ(ReadTestFile(root_ + "/" + name), "new");
  }
  ExpectTheirsUnchanged();
}

TEST_F(FolderTest, RemovingALinkLeavesWhatItLeadsTo) {
  EXPECT_OK(folder_.Remove("real/linked"));
  EXPECT_OK(folder_.Remove("link"));
  EXPECT_THAT(*folder_.List(""), ElementsAre("real"));
  ExpectTheirsUnchanged();
}

TEST_F(FolderTest, RenamingDoesNotLeadThroughALink) {
  ExpectLink(folder_.Rename("real/file", "link/new"), "link");
  ExpectLink(folder_.Rename("link/file", "real/new"), "link");
  ASSERT_OK(folder_.Rename("real/file", "real/new"));
  EXPECT_EQ(ReadTestFile(root_ + "/real/new"), "ours");
  EXPECT_FALSE(fs::exists(root_ + "/real/file"));
  EXPECT_TRUE(absl::IsNotFound(folder_.Rename("real/file", "real/other")));
  ASSERT_OK(folder_.Make("empty"));
  ASSERT_OK(folder_.Rename("real", "empty"));
  EXPECT_EQ(ReadTestFile(root_ + "/empty/new"), "ours");
  ExpectTheirsUnchanged();
}

TEST_F(FolderTest, NothingIsAppendedThroughALink) {
  ExpectLink(folder_.OpenToAppend("real/linked").status(), "real/linked");
  ExpectLink(folder_.OpenToAppend("real/dangling").status(), "real/dangling");
  ASSERT_EQ(mkfifo((root_ + "/real/pipe").c_str(), 0600), 0);
  EXPECT_FALSE(folder_.OpenToAppend("real/pipe").ok());
  const auto fd = folder_.OpenToAppend("real/file");
  ASSERT_OK(fd);
  ASSERT_EQ(write(fd->get(), "!", 1), 1);
  EXPECT_EQ(ReadTestFile(root_ + "/real/file"), "ours!");
  ExpectTheirsUnchanged();
}

TEST_F(FolderTest, AFileWithOtherNamesIsReplacedBeforeItGrows) {
  const std::string backup = root_ + "/backup";
  fs::create_hard_link(root_ + "/real/file", backup);
  const auto fd = folder_.OpenToAppend("real/file");
  ASSERT_OK(fd);
  ASSERT_EQ(write(fd->get(), "!", 1), 1);
  EXPECT_EQ(ReadTestFile(root_ + "/real/file"), "ours!");
  EXPECT_EQ(ReadTestFile(backup), "ours");
}

TEST_F(FolderTest, NoLockIsMadeThroughALink) {
  ExpectLink(FileLock::Try(*folder_.Find("real/dangling")).status(),
             "real/dangling");
  ExpectLink(FileLock::Try(root_ + "/real/linked").status(), "real/linked");
  EXPECT_TRUE(FileLock::Try(*folder_.Find("real/lock")).value().has_value());
  ExpectTheirsUnchanged();
}

TEST_F(FolderTest, NamesDoNotLeadOut) {
  EXPECT_FALSE(folder_.Read("../file").ok());
  EXPECT_FALSE(folder_.Make("a/../..").ok());
  EXPECT_FALSE(folder_.Write("", "x").ok());
  EXPECT_FALSE(folder_.Write("..", "x").ok());
}

TEST(PrivateFolderTest, IsOursAloneAndGoesWithItsContent) {
  std::string path;
  {
    const auto folder = PrivateFolder::Create();
    ASSERT_OK(folder);
    path = folder->path();
    struct stat found = {};
    ASSERT_EQ(stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777, 0700u);
    WriteTestFile(path + "/a/file", "x");
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace bigstep
