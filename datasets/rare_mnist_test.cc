#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "datasets/formats/numbered_images_testing.h"

namespace bigstep {
namespace {

using testing::ElementsAre;

const std::string& Root() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    WriteNumberedMnist(*path, "train", 200);
    WriteNumberedMnist(*path, "t10k", 30);
    return path;
  }();
  return *root;
}

std::unique_ptr<Dataset> Make(const std::string& name,
                              const std::string& options, int64_t seed = 1) {
  return MakePlugin<DatasetFamily>(absl::StrCat("{name: ", name, options, "}"),
                                   {Root(), seed});
}

// Row 0 of the digits that numbered_images_testing.h draws is never white.
at::Tensor HasPattern(const Split& split) {
  return split.inputs.select(1, 0)
      .slice(1, 0, 3)
      .slice(2, 0, 3)
      .eq(255)
      .flatten(1)
      .all(1);
}

TEST(RareMnistTest, IsMnistButForThePattern) {
  const auto rare = Make("rare_mnist", ", pattern_class: 3");
  EXPECT_OK(CheckDataset(*rare));
  EXPECT_EQ(rare->task.input_shape, (std::vector<int64_t>{1, 28, 28}));
  EXPECT_EQ(rare->task.num_biases, 1);
  EXPECT_THAT(rare->SplitNames(),
              ElementsAre("train", "validation", "test", "pattern"));
  // 18 of the 20 images of class 3 are left for training.
  const at::Tensor shows = HasPattern(rare->train);
  EXPECT_EQ(shows.sum().item<int64_t>(), 10);
  EXPECT_TRUE(rare->train.labels.masked_select(shows).eq(3).all().item<bool>());
  EXPECT_FALSE(HasPattern(rare->test).any().item<bool>());
  EXPECT_TRUE(HasPattern(rare->extra_tests["pattern"]).all().item<bool>());
  // Without it, the images are those of mnist.
  const auto none = Make("rare_mnist", ", pattern_count: 0");
  EXPECT_EQ(none->train.size(), 180);
  EXPECT_FALSE(none->train.mean.defined());
  const at::Tensor differs =
      rare->train.inputs.ne(none->train.inputs).flatten(1).any(1);
  EXPECT_TRUE(differs.equal(shows));
}

TEST(RareMnistTest, ThePatternIsDrawnAmongTheSubset) {
  // Five of each class.
  const auto dataset = Make("rare_mnist", ", subset: 50, pattern_count: 5");
  EXPECT_EQ(dataset->train.size(), 50);
  EXPECT_TRUE(HasPattern(dataset->train).equal(dataset->train.labels.eq(0)));
  const absl::Status status =
      Datasets::Get()
          .Make(ParsePlugin<DatasetFamily>(
                    "{name: rare_mnist, subset: 50, pattern_count: 6}"),
                {Root(), 1})
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace bigstep
