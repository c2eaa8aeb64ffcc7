#include "base/path_inside.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

class PathInsideTest : public testing::Test {
 protected:
  PathInsideTest() {
    WriteTestFile(root_ + "/data/images/a.jpg", "a");
    WriteTestFile(root_ + "/data2/secret.jpg", "b");
  }

  const std::string root_ = MakeTestFolder();
  const std::string folder_ = root_ + "/data";
};

TEST_F(PathInsideTest, AcceptsFilesBelow) {
  EXPECT_OK(InsideChecker(folder_).Check("images/a.jpg"));
  EXPECT_OK(InsideChecker(folder_).Check("./images//a.jpg"));
  EXPECT_OK(InsideChecker(folder_ + "/").Check("images/a.jpg"));
}

TEST_F(PathInsideTest, RefusesPathsThatLeadOut) {
  for (const std::string& path :
       {std::string(""), std::string("../data2/secret.jpg"),
        std::string("images/../images/a.jpg"), root_ + "/data/images/a.jpg",
        std::string("images/..")}) {
    EXPECT_EQ(InsideChecker(folder_).Check(path),
              absl::InvalidArgumentError(
                  absl::StrCat("expected a path inside ", folder_,
                               " without \"..\", found '", path, "'")));
  }
}

TEST_F(PathInsideTest, NamesMissingFiles) {
  EXPECT_EQ(InsideChecker(root_ + "/none").Check("a.jpg"),
            absl::NotFoundError(
                absl::StrCat("found no file ", root_, "/none/a.jpg")));
  for (const char* path : {"images/b.jpg", "images", "images/a.jpg/c"}) {
    EXPECT_EQ(InsideChecker(folder_).Check(path),
              absl::NotFoundError(
                  absl::StrCat("found no file ", folder_, "/", path)));
  }
}

TEST_F(PathInsideTest, FollowsLinksAndLooksWhereTheyEnd) {
  namespace fs = std::filesystem;
  fs::create_symlink("images/a.jpg", folder_ + "/inside.jpg");
  EXPECT_OK(InsideChecker(folder_).Check("inside.jpg"));
  // A folder whose name begins alike is another folder.
  fs::create_directory_symlink(root_ + "/data2", folder_ + "/linked");
  EXPECT_EQ(InsideChecker(folder_).Check("linked/secret.jpg"),
            absl::InvalidArgumentError(absl::StrCat(
                "expected a file inside ", folder_,
                ", found that linked/secret.jpg is a link to ",
                fs::canonical(root_).string(), "/data2/secret.jpg")));
  // The folder itself may be reached through a link.
  fs::create_directory_symlink(folder_, root_ + "/link");
  EXPECT_OK(InsideChecker(root_ + "/link").Check("images/a.jpg"));
}

}  // namespace
}  // namespace bigstep
