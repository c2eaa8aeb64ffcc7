#include "datasets/fetch/layout.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing.h"

namespace bigstep {
namespace {

class CheckUnpackedTest : public testing::Test {
 protected:
  std::string Message(const ArchiveLayout& layout) {
    return std::string(CheckUnpacked(folder_, layout).message());
  }

  const std::string folder_ = MakeTestFolder();
};

TEST_F(CheckUnpackedTest, AcceptsWhatIsAllThere) {
  WriteTestFile(folder_ + "/list", "abc");
  WriteTestFile(folder_ + "/x/1.jpg", "");
  WriteTestFile(folder_ + "/y/2.jpg", "");
  WriteTestFile(folder_ + "/y/2.txt", "");
  EXPECT_OK(CheckUnpacked(
      folder_,
      {.folder = "", .files = {{"list", 3}, {"y/2.txt"}}, .images = 2}));
}

TEST_F(CheckUnpackedTest, SaysWhatIsMissing) {
  WriteTestFile(folder_ + "/list", "abc");
  EXPECT_EQ(Message({.files = {{"lost"}}}),
            folder_ + ": expected the file lost, found none");
  EXPECT_EQ(Message({.files = {{"list", 4}}}),
            folder_ + "/list: expected 4 bytes, found 3");
  EXPECT_EQ(Message({.images = 2}),
            folder_ + ": expected 2 files named *.jpg, found 0");
  EXPECT_EQ(CheckUnpacked(folder_ + "/lost", {}).code(),
            absl::StatusCode::kNotFound);
}

class CelebaLayoutTest : public testing::Test {
 protected:
  void Write(const std::string& path) {
    WriteTestFile(root_ + "/celeba/" + path, "");
  }
  absl::Status Check() { return CheckCelebaLayout(root_, /*images=*/2); }
  void ExpectWrong(const std::string& message) {
    const absl::Status status = Check();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(std::string(status.message()), root_ + "/celeba/" + message);
  }

  const std::string root_ = MakeTestFolder();
};

// Kaggle's archive has the images in a folder in a folder.
TEST_F(CelebaLayoutTest, AcceptsWhatKaggleOffers) {
  Write("list_attr_celeba.csv");
  Write("list_eval_partition.csv");
  EXPECT_EQ(Check().code(), absl::StatusCode::kNotFound);  // No images.
  Write("img_align_celeba/img_align_celeba/000001.jpg");
  ExpectWrong("img_align_celeba: expected 2 files named *.jpg, found 1");
  Write("img_align_celeba/img_align_celeba/000002.jpg");
  EXPECT_OK(Check());
}

TEST_F(CelebaLayoutTest, AcceptsBothKindsOfListsInData) {
  Write("data/img_align_celeba/000001.jpg");
  Write("data/img_align_celeba/000002.jpg");
  EXPECT_EQ(Check().code(), absl::StatusCode::kNotFound);
  Write("data/list_attr_celeba.txt");
  Write("data/list_eval_partition.txt");
  EXPECT_OK(Check());
  Write("data/list_attr_celeba.csv");
  ExpectWrong("data/list_attr_celeba.csv: expected " + root_ +
              "/celeba/data/list_eval_partition.csv beside it, found none");
  Write("data/list_eval_partition.csv");
  EXPECT_OK(Check());
}

// Lists of the one kind and of the other do not make up a pair.
TEST_F(CelebaLayoutTest, RefusesMixedLists) {
  Write("img_align_celeba/000001.jpg");
  Write("img_align_celeba/000002.jpg");
  Write("list_attr_celeba.csv");
  Write("list_eval_partition.txt");
  ExpectWrong("list_attr_celeba.csv: expected " + root_ +
              "/celeba/list_eval_partition.csv beside it, found none");
}

TEST_F(CelebaLayoutTest, TheOfficialListsComeBeforeThoseInData) {
  Write("data/list_attr_celeba.csv");
  Write("data/list_eval_partition.csv");
  Write("data/img_align_celeba/000001.jpg");
  Write("data/img_align_celeba/000002.jpg");
  EXPECT_OK(Check());
  Write("list_attr_celeba.txt");
  EXPECT_EQ(Check().code(), absl::StatusCode::kNotFound);
}

class ImagenetLayoutTest : public testing::Test {
 protected:
  void Make(const std::string& path) {
    std::filesystem::create_directories(root_ + "/imagenet/" + path);
  }
  void ExpectWrong(const std::string& message) {
    const absl::Status status = CheckImagenetLayout(root_);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(std::string(status.message()), root_ + "/imagenet" + message);
  }

  const std::string root_ = MakeTestFolder();
};

TEST_F(ImagenetLayoutTest, AcceptsTheSameClassesInBothParts) {
  EXPECT_EQ(CheckImagenetLayout(root_).code(), absl::StatusCode::kNotFound);
  for (const std::string part : {"train", "val"}) {
    Make(part + "/n01440764");
    Make(part + "/n01443537");
    WriteTestFile(root_ + "/imagenet/" + part + "/LOC_solution.csv", "");
  }
  EXPECT_OK(CheckImagenetLayout(root_));
}

TEST_F(ImagenetLayoutTest, SaysWhatIsWrong) {
  Make("");
  ExpectWrong("/train: expected a folder for each class, found none");
  Make("train/n01440764");
  ExpectWrong("/val: expected a folder for each class, found none");
  Make("val/n01443537");
  ExpectWrong(
      ": expected the same classes in train/ and val/, found 1 and 1 that are "
      "not the same");
  Make("val/tench");
  std::filesystem::remove(root_ + "/imagenet/val/n01443537");
  ExpectWrong("/val: expected folders such as n01440764, found tench");
}

}  // namespace
}  // namespace bigstep
