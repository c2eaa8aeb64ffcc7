#include "datasets/fetch/unpack.h"

#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/fetch/testing/archives.h"
#include "datasets/fetch/testing/test_files.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::StartsWith;

class UnpackTest : public testing::Test {
 protected:
  absl::Status UnpackBytes(const std::string& bytes) {
    WriteTestFile(archive_, bytes);
    return Unpack(archive_, "set", to_, [] { return false; });
  }

  // Expects that the archive is refused with this message, and that nothing was
  // written beside the folder it was to go to.
  void ExpectRefused(const std::string& bytes, const std::string& message) {
    const absl::Status status = UnpackBytes(bytes);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(std::string(status.message()), absl::StrCat(archive_, message));
    std::filesystem::remove_all(to_);
    EXPECT_THAT(ListFolder(folder_), ElementsAre("archive", "in", "in/here"));
  }

  const std::string folder_ = MakeTestFolder();
  const std::string archive_ = folder_ + "/archive";
  const std::string to_ = folder_ + "/in/here/to";
};

TEST_F(UnpackTest, TakesTheFilesOfTheFolder) {
  EXPECT_OK(UnpackBytes(TarGz({{.name = "set/", .type = AE_IFDIR},
                               {.name = "set/a", .content = "A"},
                               {.name = "./set/b/c", .content = "C"},
                               {.name = "set/empty/", .type = AE_IFDIR}})));
  EXPECT_THAT(ListFolder(to_), ElementsAre("a", "b", "b/c", "empty"));
  EXPECT_EQ(ReadTestFile(to_ + "/a"), "A");
  EXPECT_EQ(ReadTestFile(to_ + "/b/c"), "C");
}

TEST_F(UnpackTest, ReadsZipFiles) {
  EXPECT_OK(UnpackBytes(Zip({{.name = "set/a", .content = "A"}})));
  EXPECT_EQ(ReadTestFile(to_ + "/a"), "A");
}

TEST_F(UnpackTest, RefusesMoreEntriesThanAnArchiveOfItsSizeHas) {
  std::vector<TestEntry> entries;
  for (int i = 0; i < 5000; ++i) {
    entries.push_back({.name = absl::StrCat("set/", i, "/"), .type = AE_IFDIR});
  }
  const absl::Status status = UnpackBytes(TarGz(entries));
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("entries in an archive of its size"));
}

TEST_F(UnpackTest, LeavesWhatIsBesideTheFolder) {
  EXPECT_OK(UnpackBytes(TarGz({{.name = "._set", .content = "x"},
                               {.name = "settle/a", .content = "x"},
                               {.name = "set/a", .content = "A"}})));
  EXPECT_THAT(ListFolder(to_), ElementsAre("a"));
}

TEST_F(UnpackTest, FilesCanBeReadWhateverTheArchiveSays) {
  // The archive says 0600.
  EXPECT_OK(UnpackBytes(TarGz({{.name = "set/a", .content = "A"}})));
  const mode_t mask = umask(0);
  umask(mask);
  struct stat info = {};
  ASSERT_EQ(stat((to_ + "/a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0666 & ~mask);
}

TEST_F(UnpackTest, RefusesToLeaveItsFolder) {
  const std::string expected =
      ": expected a path that stays in the archive's "
      "folder, found one that leads out";
  const std::string absolute = MakeTestFolder() + "/escaped";
  for (const std::string& name :
       {std::string("../x"), std::string("set/../../x"),
        std::string("set/../x"), absolute, std::string("set/..")}) {
    ExpectRefused(TarGz({{.name = name, .content = "x"}}),
                  absl::StrCat(": entry '", name, "'", expected));
  }
  EXPECT_FALSE(std::filesystem::exists(absolute));
}

TEST_F(UnpackTest, RefusesLinksAndDevices) {
  // A link that leads out, then a file through it.
  ExpectRefused(TarGz({{.name = "set/up", .symlink = "../.."},
                       {.name = "set/up/x", .content = "x"}}),
                ": entry 'set/up': expected a file or folder, found a symbolic "
                "link");
  // A chain that looks as if it stayed inside.
  ExpectRefused(TarGz({{.name = "set/y", .symlink = "."},
                       {.name = "set/z", .symlink = "y/../../.."}}),
                ": entry 'set/y': expected a file or folder, found a symbolic "
                "link");
  ExpectRefused(TarGz({{.name = "set/x", .hardlink = "/etc/passwd"}}),
                ": entry 'set/x': expected a file or folder, found a link");
  ExpectRefused(TarGz({{.name = "set/x", .type = AE_IFIFO}}),
                ": entry 'set/x': expected a file or folder, found a pipe");
  ExpectRefused(TarGz({{.name = "set/x", .type = AE_IFCHR}}),
                ": entry 'set/x': expected a file or folder, found a device");
}

TEST_F(UnpackTest, RefusesAFileThatComesTwice) {
  ExpectRefused(TarGz({{.name = "set/a", .content = "A"},
                       {.name = "set/a", .content = "B"}}),
                ": entry 'set/a': expected a name that no other has, found it "
                "a second time");
}

TEST_F(UnpackTest, RefusesWhatIsNoArchive) {
  ExpectRefused("<html>404 Not Found</html>",
                ": expected an intact archive, found: Unrecognized archive "
                "format");
}

TEST_F(UnpackTest, RefusesAnArchiveCutAnywhere) {
  std::mt19937 random(0);
  std::string noise(2000, '\0');  // Does not compress: every byte matters.
  for (char& c : noise) c = static_cast<char>(random());
  const std::string whole = TarGz({{.name = "set/a", .content = noise},
                                   {.name = "set/b", .content = noise}});
  // The last eight bytes are checksum and size (RFC 1952), which libarchive
  // does not look at.
  for (size_t size = 1; size + 8 < whole.size(); size += 37) {
    const absl::Status status = UnpackBytes(whole.substr(0, size));
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << size;
    EXPECT_THAT(std::string(status.message()),
                StartsWith(archive_ + ": expected an intact archive, found: "));
    std::filesystem::remove_all(to_);
  }
}

TEST_F(UnpackTest, StopsWhenInterrupted) {
  WriteTestFile(archive_, TarGz({{.name = "set/a", .content = "A"}}));
  EXPECT_EQ(Unpack(archive_, "set", to_, [] { return true; }).code(),
            absl::StatusCode::kCancelled);
}

TEST_F(UnpackTest, RefusesABombBeforeItFillsTheDisk) {
  const std::string zeros(4 << 20, '\0');
  const std::string bomb = TarGz({{.name = "beside/a", .content = zeros},
                                  {.name = "set/a", .content = "A"},
                                  {.name = "set/b", .content = zeros}});
  const size_t limit = 20 * bomb.size() + (1 << 20);
  ASSERT_LT(limit, zeros.size());
  const absl::Status status = UnpackBytes(bomb);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(std::string(status.message()),
            absl::StrCat(archive_, ": entry 'set/b': expected at most ", limit,
                         " bytes with those before, found more"));
  EXPECT_LE(std::filesystem::file_size(to_ + "/b") + 1, limit);
}

TEST_F(UnpackTest, TheLimitIsForAllFilesTogether) {
  // Each is below a MiB.
  const std::string zeros(600 << 10, '\0');
  std::vector<TestEntry> entries;
  for (int i = 0; i < 5; ++i) {
    entries.push_back({.name = absl::StrCat("set/", i), .content = zeros});
  }
  const absl::Status status = UnpackBytes(TarGz(entries));
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), EndsWith("before, found more"));
}

// libarchive runs programs of the system for some compressions.
TEST_F(UnpackTest, KnowsNoCompressionOfTarFilesButGzip) {
  ExpectRefused(TarBzip2({{.name = "set/a", .content = "A"}}),
                ": expected an intact archive, found: Unrecognized archive "
                "format");
}

}  // namespace
}  // namespace bigstep
