#include "base/file_reads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "base/files.h"
#include "base/testing.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FileReadsTest, NotesTheFoldersOfWhatIsReadWhileItLives) {
  const std::string folder =
      fs::path(MakeTestFolder()).lexically_normal().string();
  WriteTestFile(folder + "/a/1", "x");
  WriteTestFile(folder + "/b/1", "x");
  ASSERT_OK(ReadFile(folder + "/b/1"));
  const FileReads reads;
  EXPECT_THAT(reads.folders(), IsEmpty());
  ASSERT_OK(ReadFile(folder + "/a/1"));
  ASSERT_OK(ReadFile(folder + "/b/../a/1"));
  EXPECT_THAT(reads.folders(), ElementsAre(folder + "/a"));
}

TEST(FileReadsTest, AFileThatIsMissingMayComeAndCounts) {
  const FileReads reads;
  EXPECT_FALSE(ReadFile("/no_such_folder/file").ok());
  EXPECT_THAT(reads.folders(), ElementsAre("/no_such_folder"));
}

TEST(FileReadsTest, TheInnerOneTellsTheOuterOne) {
  const FileReads outer;
  {
    const FileReads inner;
    NoteFileRead("/in/file");
    EXPECT_THAT(inner.folders(), ElementsAre("/in"));
  }
  NoteFileRead("/out/file");
  EXPECT_THAT(outer.folders(), ElementsAre("/in", "/out"));
}

TEST(FileReadsTest, OtherThreadsDoNotCount) {
  const FileReads reads;
  std::thread([] { NoteFileRead("/other/file"); }).join();
  EXPECT_THAT(reads.folders(), IsEmpty());
}

class FolderFingerprintTest : public testing::Test {
 protected:
  FolderFingerprintTest() {
    WriteTestFile(root_ + "/a/1", "x");
    WriteTestFile(root_ + "/a/inside/2", "x");
    WriteTestFile(root_ + "/b/1", "x");
  }

  std::string Now() { return FolderFingerprint(root_, {"a"}); }

  const std::string root_ = MakeTestFolder();
};

TEST_F(FolderFingerprintTest, TellsWhenAFileChangesComesOrGoes) {
  const std::string before = Now();
  EXPECT_EQ(before.size(), 64u);
  EXPECT_EQ(Now(), before);
  const auto time = fs::last_write_time(root_ + "/a/1");
  WriteTestFile(root_ + "/a/1", "longer");
  fs::last_write_time(root_ + "/a/1", time);
  const std::string longer = Now();
  EXPECT_NE(longer, before);
  fs::last_write_time(root_ + "/a/1", {});
  const std::string older = Now();
  EXPECT_NE(older, longer);
  // A reader may prefer a new file, as that of IDX prefers <stem>.gz.
  WriteTestFile(root_ + "/a/1.gz", "x");
  EXPECT_NE(Now(), older);
  fs::remove(root_ + "/a/1.gz");
  EXPECT_EQ(Now(), older);
  fs::remove(root_ + "/a/1");
  EXPECT_NE(Now(), older);
}

TEST_F(FolderFingerprintTest, TellsWhatTimesAndSizesHide) {
  const std::string path = root_ + "/a/1";
  const std::string before = Now();
  const auto time = fs::last_write_time(path);
  // The clock of files is coarser than that of programs.
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  WriteTestFile(path, "y");
  fs::last_write_time(path, time);
  const std::string written = Now();
  EXPECT_NE(written, before);
  // Another file in its place, as tar and cp -p leave it.
  WriteTestFile(root_ + "/new", "z");
  fs::last_write_time(root_ + "/new", time);
  fs::rename(root_ + "/new", path);
  EXPECT_NE(Now(), written);
  // An equal folder elsewhere.
  const std::string copy = MakeTestFolder();
  fs::copy(root_, copy, fs::copy_options::recursive);
  fs::last_write_time(copy + "/a/1", time);
  EXPECT_NE(FolderFingerprint(copy, {"a"}), Now());
}

TEST_F(FolderFingerprintTest, OnlyRegularFilesHaveAState) {
  EXPECT_NE(FileState(root_ + "/a/1"), "");
  EXPECT_EQ(FileState(root_ + "/a"), "");
  EXPECT_EQ(FileState(root_ + "/none"), "");
}

TEST_F(FolderFingerprintTest, LooksNowhereElse) {
  const std::string before = Now();
  WriteTestFile(root_ + "/a/inside/2", "longer");
  WriteTestFile(root_ + "/b/1", "longer");
  EXPECT_EQ(Now(), before);
}

TEST_F(FolderFingerprintTest, AFolderMayBeAbsoluteOrMissing) {
  EXPECT_NE(FolderFingerprint("/elsewhere", {root_ + "/a"}),
            FolderFingerprint("/elsewhere", {root_ + "/none"}));
}

}  // namespace
}  // namespace bigstep
