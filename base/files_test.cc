#include "base/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "base/testing.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Sets an environment variable (unsets it: nullopt) for one scope.
class ScopedEnvironment {
 public:
  ScopedEnvironment(std::string name, std::optional<std::string> value)
      : name_(std::move(name)) {
    if (const char* old = getenv(name_.c_str())) old_ = old;
    Set(value);
  }
  ScopedEnvironment(const ScopedEnvironment&) = delete;
  ScopedEnvironment& operator=(const ScopedEnvironment&) = delete;
  ~ScopedEnvironment() { Set(old_); }

 private:
  void Set(const std::optional<std::string>& value) {
    if (value.has_value()) {
      setenv(name_.c_str(), value->c_str(), /*replace=*/1);
    } else {
      unsetenv(name_.c_str());
    }
  }

  std::string name_;
  std::optional<std::string> old_;
};

// An empty folder for each test.
class FilesTest : public testing::Test {
 protected:
  void TearDown() override { fs::remove_all(folder_); }

  std::string Path(absl::string_view name) const {
    return absl::StrCat(folder_, "/", name);
  }

  // The names in the folder, sorted.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  void ExpectContent(const std::string& path, absl::string_view content) {
    const absl::StatusOr<std::string> found = ReadFile(path);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_TRUE(*found == content)
        << path << " holds " << found->size() << " other bytes than the "
        << content.size() << " expected";
  }

  const std::string folder_ = MakeTestFolder();
};

struct UserPathCase {
  std::string typed, resolved;  // By hand.
};

TEST(UserPathTest, UnderBazelRunRelativePathsStartWhereTheUserTyped) {
  const ScopedEnvironment home("HOME", "/home/ada");
  const ScopedEnvironment typed_in("BUILD_WORKING_DIRECTORY", "/home/ada/here");
  const std::vector<UserPathCase> cases = {
      {"/abs/x.yaml", "/abs/x.yaml"},
      {"/abs/./y/../x.yaml", "/abs/x.yaml"},
      {"x.yaml", "/home/ada/here/x.yaml"},
      {"./a/x.yaml", "/home/ada/here/a/x.yaml"},
      {"../x.yaml", "/home/ada/x.yaml"},
      {"~/x.yaml", "/home/ada/x.yaml"},
      {"~/a/../x.yaml", "/home/ada/x.yaml"},
      {"~//x.yaml", "/home/ada/x.yaml"},
      {"~", "/home/ada"},
      {"./~other/x.yaml", "/home/ada/here/~other/x.yaml"},
      {"r\xE9s \n'\"/-x", "/home/ada/here/r\xE9s \n'\"/-x"},  // Any bytes.
      {"a/~/x.yaml", "/home/ada/here/a/~/x.yaml"},
  };
  for (const UserPathCase& c : cases) {
    EXPECT_EQ(UserPath(c.typed).value_or("none"), c.resolved) << c.typed;
  }
}

TEST(DataRootTest, IsTheGivenOneElseTheEnvironmentsElseBelowHome) {
  const ScopedEnvironment typed("BUILD_WORKING_DIRECTORY", std::nullopt);
  const ScopedEnvironment home("HOME", "/home/me");
  {
    const ScopedEnvironment root("BIGSTEP_DATA_ROOT", "~/data");
    EXPECT_EQ(DataRoot("here").value_or("none"), "here");
    EXPECT_EQ(DataRoot("").value_or("none"), "/home/me/data");
  }
  for (const auto& value :
       {std::optional<std::string>(), std::optional<std::string>("")}) {
    const ScopedEnvironment root("BIGSTEP_DATA_ROOT", value);
    EXPECT_EQ(DataRoot("").value_or("none"), "/home/me/.cache/bigstep/data");
  }
}

// The home of this process's user in the password file, as getent shows it.
std::string HomeOfUser() {
  const struct passwd* const entry = getpwuid(getuid());
  return entry == nullptr ? "" : entry->pw_dir;
}

TEST(UserPathTest, WithoutHomeItIsThatOfThePasswordFileNeverTheRoot) {
  const std::string home = HomeOfUser();
  if (home.empty() || home == "/") GTEST_SKIP() << "this user has no home";
  const ScopedEnvironment typed("BUILD_WORKING_DIRECTORY", std::nullopt);
  const ScopedEnvironment root("BIGSTEP_DATA_ROOT", std::nullopt);
  for (const auto& value :
       {std::optional<std::string>(), std::optional<std::string>(""),
        std::optional<std::string>("/"), std::optional<std::string>("here")}) {
    const ScopedEnvironment variable("HOME", value);
    EXPECT_EQ(UserPath("~/x").value_or("none"), home + "/x");
    EXPECT_EQ(DataRoot("").value_or("none"), home + "/.cache/bigstep/data");
    EXPECT_EQ(PreparedDataFolder("").value_or("none"),
              home + "/.cache/bigstep/prepared");
  }
  EXPECT_EQ(PreparedDataFolder("here").value_or("none"), "here");
}

TEST(UserPathTest, AnotherUsersHomeIsThatOfThePasswordFile) {
  const struct passwd* const root = getpwuid(0);
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(UserPath(absl::StrCat("~", root->pw_name, "/x")).value_or("none"),
            absl::StrCat(root->pw_dir, "/x"));
  EXPECT_EQ(
      std::string(UserPath("~no-such-user/x").status().message()),
      "no home folder is known for user 'no-such-user'; write ./~no-such-user "
      "for a file of that name");
}

TEST(UserPathTest, OutsideBazelRelativePathsStayRelative) {
  const ScopedEnvironment home("HOME", "/home/ada");
  const ScopedEnvironment typed_in("BUILD_WORKING_DIRECTORY", std::nullopt);
  const std::vector<UserPathCase> cases = {
      {"/abs/x.yaml", "/abs/x.yaml"},   {"x.yaml", "x.yaml"},
      {"./a/x.yaml", "a/x.yaml"},       {"../x.yaml", "../x.yaml"},
      {"~/x.yaml", "/home/ada/x.yaml"},
  };
  for (const UserPathCase& c : cases) {
    EXPECT_EQ(UserPath(c.typed).value_or("none"), c.resolved) << c.typed;
  }
}

TEST_F(FilesTest, NamesAreAnyBytesAndMessagesShowThem) {
  const std::string path = Path("r\xE9s \n'\"");
  EXPECT_EQ(std::string(ReadFile(path).status().message()),
            absl::StrCat("cannot read ", Path("r<0xE9>s <U+000A>'\""),
                         ": No such file or directory"));
  ASSERT_OK(WriteFileAtomically(path, "text"));
  ExpectContent(path, "text");
}

TEST_F(FilesTest, MissingFileIsNotFoundAndNamed) {
  const absl::Status status = ReadFile(Path("none")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("cannot read ", Path("none"))));
}

TEST_F(FilesTest, OnlyRegularFilesAreRead) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  ASSERT_EQ(symlink("pipe", Path("link").c_str()), 0);
  const std::map<std::string, std::string> cases = {
      {folder_, "folder"},
      {Path("pipe"), "named pipe"},
      {Path("link"), "named pipe"},
      {"/dev/zero", "device"}};
  for (const auto& [path, kind] : cases) {
    const absl::Status status = ReadFile(path).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(path),
                      HasSubstr("expected a regular file, found a " + kind)));
  }
}

TEST_F(FilesTest, MessagesShowTheNamesOfOtherFiles) {
  const std::string path = Path("pipe\x1b[2J");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_THAT(std::string(ReadFile(path).status().message()),
              HasSubstr("pipe<U+001B>[2J: expected a regular file"));
}

TEST_F(FilesTest, LinksToRegularFilesAreRead) {
  WriteTestFile(Path("file"), "content");
  ASSERT_EQ(symlink("file", Path("link").c_str()), 0);
  ExpectContent(Path("link"), "content");
}

TEST_F(FilesTest, FileBeyondTheLimitIsNotRead) {
  WriteTestFile(Path("file"), "12345");
  EXPECT_TRUE(ReadFile(Path("file"), 5).ok());
  const absl::Status status = ReadFile(Path("file"), 4).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  // A file of zeros that takes no room is not read up to the limit.
  fs::resize_file(Path("file"), uintmax_t{1} << 40);
  EXPECT_TRUE(absl::IsResourceExhausted(
      ReadFile(Path("file"), (int64_t{1} << 40) - 1).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(
      ReadFileOrPipe("/dev/zero", /*max_bytes=*/1 << 20).status()));
}

TEST_F(FilesTest, ChecksumsAreThoseOfTheContent) {
  const std::string path = Path("file");
  // More than one piece, and not a multiple of one.
  for (const size_t size : {0, 3, 1000000}) {
    const std::string content(size, 'a');
    WriteTestFile(path, content);
    EXPECT_EQ(Sha256OfFile(path).value(), Sha256Hex(content)) << size;
  }
  // FIPS 180-2, section B.3: a million times "a".
  EXPECT_EQ(Sha256OfFile(path).value(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_TRUE(
      absl::IsCancelled(Sha256OfFile(path, [] { return true; }).status()));
  EXPECT_TRUE(absl::IsNotFound(Sha256OfFile(Path("none")).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Sha256OfFile(folder_).status()));
}

TEST_F(FilesTest, PipeIsReadWhereOneIsAllowed) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "abc", 3), 3);
  close(ends[1]);
  const absl::StatusOr<std::string> read =
      ReadFileOrPipe(absl::StrCat("/dev/fd/", ends[0]), 3);
  close(ends[0]);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, "abc");
}

TEST_F(FilesTest, WrittenBytesAreReadBack) {
  std::string bytes(1 << 18, '\0');  // More than one buffer, zeros included.
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(i * 2654435761u >> 13);
  }
  for (const std::string& content :
       {bytes, std::string(), std::string("a\n"), std::string(1 << 16, 'x')}) {
    ASSERT_TRUE(WriteFileAtomically(Path("file"), content).ok());
    ExpectContent(Path("file"), content);
    EXPECT_EQ(fs::file_size(Path("file")), content.size());
  }
}

TEST_F(FilesTest, WritingReplacesALongerFile) {
  ASSERT_TRUE(WriteFileAtomically(Path("file"), "long content").ok());
  ASSERT_TRUE(WriteFileAtomically(Path("file"), "new").ok());
  ExpectContent(Path("file"), "new");
}

TEST_F(FilesTest, WritingReplacesALinkAndNotItsTarget) {
  WriteTestFile(Path("target"), "old");
  ASSERT_EQ(symlink("target", Path("link").c_str()), 0);
  ASSERT_TRUE(WriteFileAtomically(Path("link"), "new").ok());
  ExpectContent(Path("target"), "old");
  ExpectContent(Path("link"), "new");
  EXPECT_FALSE(fs::is_symlink(Path("link")));
}

TEST_F(FilesTest, TemporaryNamesCannotBeGuessed) {
  std::set<std::string> names;
  for (int i = 0; i < 2; ++i) {
    const auto file = AtomicFile::Create(Path("file"));
    ASSERT_TRUE(file.ok());
    const std::string name = Names().at(0);
    EXPECT_THAT(name, testing::StartsWith("file.tmp-"));
    // 64 bits, in hexadecimal.
    names.insert(name.substr(name.size() - 16));
  }
  EXPECT_EQ(names.size(), 2u);
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(FilesTest, WritingLeavesNoOtherFile) {
  ASSERT_TRUE(WriteFileAtomically(Path("b"), "1").ok());
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "2").ok());
  ASSERT_TRUE(WriteFileAtomically(Path("b"), "3").ok());
  EXPECT_THAT(Names(), ElementsAre("a", "b"));
}

TEST_F(FilesTest, ReaderOfTheOldFileIsNotDisturbed) {
  ASSERT_TRUE(WriteFileAtomically(Path("file"), "old").ok());
  fs::create_hard_link(Path("file"), Path("reader"));
  ASSERT_TRUE(WriteFileAtomically(Path("file"), "new").ok());
  // A write in place would show here.
  ExpectContent(Path("reader"), "old");
}

TEST_F(FilesTest, WritingIntoTheCurrentFolderNeedsNoSlash) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  const absl::Status status = WriteFileAtomically("file", "x");
  fs::current_path(before);
  EXPECT_TRUE(status.ok()) << status;
  ExpectContent(Path("file"), "x");
}

TEST_F(FilesTest, WritingIntoAMissingFolderIsNotFound) {
  const absl::Status status = WriteFileAtomically(Path("none/file"), "x");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr(Path("none/file")));
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(FilesTest, FolderIsNotReplacedByAFile) {
  ASSERT_TRUE(MakeFolder(Path("target")).ok());
  ASSERT_TRUE(WriteFileAtomically(Path("target/inside"), "kept").ok());
  const absl::Status status = WriteFileAtomically(Path("target"), "x");
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr(Path("target")));
  ExpectContent(Path("target/inside"), "kept");
  EXPECT_THAT(Names(), ElementsAre("target"));
}

TEST_F(FilesTest, FullDiskLeavesTheOldFileAlone) {
  ASSERT_TRUE(WriteFileAtomically(Path("file"), "old").ok());
  // Writes beyond 4 KiB fail half-way, as on a full disk, also for root.
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit little = {4096, before.rlim_max};
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &little), 0);
  const absl::Status status =
      WriteFileAtomically(Path("file"), std::string(10000, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, handler);
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("cannot write ", Path("file"))));
  ExpectContent(Path("file"), "old");
  EXPECT_THAT(Names(), ElementsAre("file"));
}

TEST_F(FilesTest, FoldersAreMadeWithTheirParents) {
  EXPECT_TRUE(MakeFolder(Path("a/b/c")).ok());
  EXPECT_TRUE(fs::is_directory(Path("a/b/c")));
  EXPECT_TRUE(MakeFolder(Path("a/b/c")).ok());  // There already.
}

TEST_F(FilesTest, FolderInPlaceOfAFileIsAnError) {
  ASSERT_TRUE(WriteFileAtomically(Path("file"), "x").ok());
  for (const char* name : {"file", "file/below"}) {
    const absl::Status status = MakeFolder(Path(name));
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(
        std::string(status.message()),
        HasSubstr(absl::StrCat("cannot create the folder ", Path(name))));
  }
}

TEST(MakePrivateFolderTest, OnlyItsOwnerMayEnterANewOne) {
  const std::string folder = MakeTestFolder();
  const auto mode = [](const std::string& path) {
    struct stat found = {};
    EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
    return found.st_mode & 0777;
  };
  const mode_t mask = umask(022);
  ASSERT_OK(MakePrivateFolder(folder + "/a/b"));
  EXPECT_EQ(mode(folder + "/a"), 0755u);
  EXPECT_EQ(mode(folder + "/a/b"), 0700u);
  ASSERT_OK(MakePrivateFolder(folder + "/c/"));
  EXPECT_EQ(mode(folder + "/c"), 0700u);
  // One that is there may be shared on purpose.
  ASSERT_OK(MakePrivateFolder(folder + "/a"));
  EXPECT_EQ(mode(folder + "/a"), 0755u);
  umask(mask);
  WriteTestFile(folder + "/file", "");
  const absl::Status status = MakePrivateFolder(folder + "/file");
  EXPECT_NE(std::string(status.message()).find(folder + "/file"),
            std::string::npos)
      << status;
}

}  // namespace
}  // namespace bigstep
