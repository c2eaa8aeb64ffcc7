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
