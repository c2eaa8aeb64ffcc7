#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/testing.h"
#include "datasets/dataset.h"
#include "datasets/fake_image_sets.h"

namespace bigstep {
namespace {

TEST(ImageFolderTest, ReadsOneFolderForEachClass) {
  const std::string root = MakeTestFolder();
  WriteFakeClassFolders(root, "pets", "cat", "dog");
  const auto dataset = MakePlugin<DatasetFamily>(
      "{name: image_folder, folder: pets, size: 28, validation_fraction: 0.25}",
      {root, 1});
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_THAT(dataset->class_names, testing::ElementsAre("cat", "dog"));
  EXPECT_EQ(dataset->task.num_biases, 1);
  // Of 20 of each class a quarter is held out.
  EXPECT_TRUE(at::bincount(dataset->train.labels)
                  .equal(at::tensor({15, 15}, at::kLong)));
  EXPECT_TRUE(at::bincount(dataset->validation.labels)
                  .equal(at::tensor({5, 5}, at::kLong)));
  EXPECT_TRUE(at::bincount(dataset->test.labels)
                  .equal(at::tensor({10, 10}, at::kLong)));
  EXPECT_OK(dataset->test.Range(0, 20));
}

// A note may be why results of several people differ.
TEST(ImageFolderTest, CountsWhatItLeavesOut) {
  const std::string root = MakeTestFolder();
  WriteFakeClassFolders(root, "image_folder", "cat", "dog");
  WriteTestFile(root + "/image_folder/train/cat/1.webp", "");
  WriteTestFile(root + "/image_folder/val/.ipynb_checkpoints/1.jpg", "");
  WriteTestFile(root + "/image_folder/val/dog/._1.jpg", "");
  WriteTestFile(root + "/image_folder/test/cat/1.jpg", "");
  const auto dataset =
      MakePlugin<DatasetFamily>("{name: image_folder, size: 28}", {root, 1});
  EXPECT_THAT(dataset->class_names, testing::ElementsAre("cat", "dog"));
  EXPECT_EQ(dataset->test.size(), 20);
  EXPECT_EQ(dataset->notes["warnings"].dump(),
            R"(["left out 1 file below train/: 1 .webp; the first: )"
            R"(train/cat/1.webp","the folder test/ is not read: test images )"
            R"(are those of val/"])");
}

TEST(ImageFolderTest, TheFolderLiesBelowTheDataRoot) {
  const std::string root = MakeTestFolder();
  WriteFakeClassFolders(root, "image_folder", "cat", "dog");
  EXPECT_EQ(Datasets::Get()
                .Make(ParsePlugin<DatasetFamily>(
                          "{name: image_folder, folder: x/../image_folder}"),
                      {root, 1})
                .status(),
            absl::InvalidArgumentError(
                "dataset.folder: expected a path below the data root without "
                "\"..\", found 'x/../image_folder'"));
}

TEST(ImageFolderTest, ATestImageMayNotBeATrainingImage) {
  const std::string root = MakeTestFolder();
  WriteFakeClassFolders(root, "image_folder", "cat", "dog");
  const std::string folder = root + "/image_folder";
  WriteTestFile(folder + "/val/dog/same.jpg",
                ReadTestFile(folder + "/train/cat/0.JPEG"));
  EXPECT_THAT(std::string(Datasets::Get()
                              .Make(ParsePlugin<DatasetFamily>("image_folder"),
                                    {root, 1})
                              .status()
                              .message()),
              testing::HasSubstr(
                  folder + ": 1 image of test is in train too, the first: "
                           "val/dog/same.jpg has the content of "
                           "train/cat/0.JPEG"));
}

TEST(ImageFolderTest, NamesAMissingFolder) {
  const std::string root = MakeTestFolder();
  const absl::Status status =
      Datasets::Get()
          .Make(ParsePlugin<DatasetFamily>("image_folder"), {root, 1})
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr(root + "/image_folder/train"));
}

}  // namespace
}  // namespace bigstep
