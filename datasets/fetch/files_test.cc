#include "datasets/fetch/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/scoped_fd.h"
#include "base/testing.h"
#include "datasets/fetch/testing/test_files.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;

class FetchFilesTest : public testing::Test {
 protected:
  const std::string folder_ = MakeTestFolder();
  const std::string path_ = folder_ + "/file";
};

TEST_F(FetchFilesTest, AppendsToWhatIsThere) {
  WriteTestFile(path_, "abc");
  absl::StatusOr<OutputFile> file = OutputFile::Append(path_);
  ASSERT_OK(file);
  EXPECT_EQ(file->size(), 3);
  EXPECT_OK(file->Write("de"));
  EXPECT_EQ(file->size(), 5);
  EXPECT_EQ(ReadTestFile(path_), "abcde");
  EXPECT_OK(file->Clear());
  EXPECT_OK(file->Write("f"));
  EXPECT_EQ(file->size(), 1);
  EXPECT_EQ(ReadTestFile(path_), "f");
}

TEST_F(FetchFilesTest, CreatesNothingOverFilesOrThroughLinks) {
  WriteTestFile(path_, "abc");
  EXPECT_EQ(OutputFile::Create(path_).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadTestFile(path_), "abc");
  ASSERT_EQ(symlink("elsewhere", (folder_ + "/link").c_str()), 0);
  EXPECT_EQ(OutputFile::Create(folder_ + "/link").status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(Exists(folder_ + "/elsewhere"));
}

TEST_F(FetchFilesTest, AppendsToFilesAlone) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_FALSE(OutputFile::Append(path_).ok());  // Does not wait for a reader.
  const ScopedFd reader(open(path_.c_str(), O_RDONLY | O_NONBLOCK));
  EXPECT_EQ(OutputFile::Append(path_).status(),
            absl::FailedPreconditionError(
                path_ + ": expected a file, found something else"));
  EXPECT_FALSE(OutputFile::Append("/dev/full").ok());
}

TEST_F(FetchFilesTest, NoticesThatTheDiskIsFull) {
  absl::StatusOr<OutputFile> file = OutputFile::Append(path_);
  ASSERT_OK(file);
  const FileSizeLimit limit(1);
  EXPECT_EQ(std::string(file->Write("xyz").message()),
            absl::StrCat("cannot write ", path_, ": File too large"));
}

TEST_F(FetchFilesTest, ReadsAllPiecesInOrder) {
  std::string content(3 << 20, 'a');  // Three pieces.
  content += "end";
  WriteTestFile(path_, content);
  std::string read;
  EXPECT_OK(ReadInPieces(path_, [&](absl::string_view piece) {
    read += std::string(piece);
    return absl::OkStatus();
  }));
  EXPECT_TRUE(read == content);
}

TEST_F(FetchFilesTest, ReplacesAFolder) {
  WriteTestFile(folder_ + "/new/a", "A");
  EXPECT_OK(
      ReplaceFolder(folder_ + "/new", folder_ + "/set", folder_ + "/old"));
  EXPECT_THAT(ListFolder(folder_), ElementsAre("set", "set/a"));
  WriteTestFile(folder_ + "/new/b", "B");
  EXPECT_OK(
      ReplaceFolder(folder_ + "/new", folder_ + "/set", folder_ + "/old"));
  EXPECT_THAT(ListFolder(folder_), ElementsAre("set", "set/b"));
}

TEST_F(FetchFilesTest, AFolderThatCannotBeReplacedStays) {
  WriteTestFile(folder_ + "/set/a", "A");
  const absl::Status status =
      ReplaceFolder(folder_ + "/lost", folder_ + "/set", folder_ + "/old");
  EXPECT_EQ(std::string(status.message()), "cannot move " + folder_ +
                                               "/lost to " + folder_ +
                                               "/set: No such file or "
                                               "directory");
  EXPECT_THAT(ListFolder(folder_), ElementsAre("set", "set/a"));
}

TEST_F(FetchFilesTest, OnlyRegularFilesHaveASize) {
  WriteTestFile(path_, "abc");
  EXPECT_EQ(*SizeOf(path_), 3);
  EXPECT_EQ(SizeOf(path_ + "x").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(SizeOf(folder_).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace bigstep
