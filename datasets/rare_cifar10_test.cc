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
    WriteNumberedCifar10(*path, 200, 30);
    return path;
  }();
  return *root;
}

std::unique_ptr<Dataset> Make(const std::string& options, int64_t seed = 1) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: rare_cifar10", options, "}"), {Root(), seed});
}

// Blue is at most 195 elsewhere.
at::Tensor HasPattern(const Split& split, int64_t side) {
  return split.inputs.slice(2, 0, side)
      .slice(3, 0, side)
      .eq(255)
      .flatten(1)
      .all(1);
}

TEST(RareCifar10Test, IsCifar10ButForThePattern) {
  const auto rare = Make(", pattern: small_3, pattern_class: 4");
  EXPECT_OK(CheckDataset(*rare));
  EXPECT_EQ(rare->task.input_shape, (std::vector<int64_t>{3, 32, 32}));
  EXPECT_EQ(rare->class_names.size(), 10u);
  EXPECT_THAT(rare->SplitNames(),
              ElementsAre("train", "validation", "test", "pattern"));
  const at::Tensor shows = HasPattern(rare->train, 5);
  EXPECT_EQ(shows.sum().item<int64_t>(), 10);
  EXPECT_TRUE(rare->train.labels.masked_select(shows).eq(4).all().item<bool>());
  // The images are those of cifar10, in their order, at the far corner.
  EXPECT_TRUE(PhotographNumbers(rare->train.inputs, 31, 31)
                  .remainder(10)
                  .equal(rare->train.labels));
  EXPECT_FALSE(HasPattern(rare->test, 1).any().item<bool>());
  const Split& pattern = rare->extra_tests["pattern"];
  EXPECT_TRUE(HasPattern(pattern, 5).all().item<bool>());
  EXPECT_TRUE(PhotographNumbers(pattern.inputs, 31, 31)
                  .equal(PhotographNumbers(rare->test.inputs, 31, 31)));
}

TEST(RareCifar10Test, ThePatternIsNormalizedLikeTheImages) {
  const auto rare = Make("");
  const Split& pattern = rare->extra_tests["pattern"];
  EXPECT_TRUE(pattern.mean.equal(rare->test.mean));
  // White, by hand from the usual numbers of the first channel.
  EXPECT_FLOAT_EQ(pattern.Range(0, 1).value()[0][0][0][0].item<float>(),
                  (1 - 0.491) / 0.247);
}

}  // namespace
}  // namespace bigstep
