#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "datasets/fake_image_sets.h"

namespace bigstep {
namespace {

absl::Status Error(const std::string& root) {
  return Datasets::Get()
      .Make(ParsePlugin<DatasetFamily>("imagenet"), {root, 1})
      .status();
}

TEST(ImagenetTest, LabelsAreRanksOfWordNetIds) {
  const std::string root = MakeTestFolder();
  WriteFakeClassFolders(root, "imagenet", "n01443537", "n01440764");
  const auto dataset =
      MakePlugin<DatasetFamily>("{name: imagenet, size: 28}", {root, 1});
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_THAT(dataset->class_names,
              testing::ElementsAre("n01440764", "n01443537"));
  EXPECT_EQ(dataset->train.size(), 36);  // A tenth is held out.
  EXPECT_EQ(dataset->validation.size(), 4);
  EXPECT_EQ(dataset->test.size(), 20);
}

TEST(ImagenetTest, RefusesOtherFolders) {
  const std::string root = MakeTestFolder();
  WriteFakeClassFolders(root, "imagenet", "n01440764", "n0144");
  EXPECT_EQ(Error(root),
            absl::InvalidArgumentError(absl::StrCat(
                root,
                "/imagenet/train: expected folders named by WordNet ids such "
                "as n01440764, found 'n0144'")));
}

TEST(ImagenetTest, SaysHowToGetTheData) {
  const std::string root = MakeTestFolder();
  EXPECT_EQ(Error(root).code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(Error(root).message()),
              testing::HasSubstr("get ILSVRC2012_img_train.tar"));
}

}  // namespace
}  // namespace bigstep
