#include "datasets/bias/rare_pattern.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/testing.h"

namespace bigstep {
namespace {

// Black images [2, 6, 7].
at::Tensor Black(int64_t n) { return at::zeros({n, 2, 6, 7}, at::kByte); }

// `n` images in each split, of the classes 0, 1 and 2 in turn.
Dataset ThreeClasses(int64_t n) {
  const at::Tensor labels = at::arange(n).remainder(3);
  const Split split = {Black(n), labels, at::zeros_like(labels)};
  return {{{2, 6, 7}, 3, 1}, split, split, split};
}

TEST(RarePatternTest, SmallPatternsAreWhiteCorners) {
  const std::pair<const char*, int64_t> patterns[] = {
      {"small_1", 1}, {"small_2", 3}, {"small_3", 5}};
  for (const auto& [pattern, side] : patterns) {
    const at::Tensor images = Black(3);
    at::Tensor expected = Black(3);
    for (int64_t row = 0; row < side; ++row) {
      for (int64_t column = 0; column < side; ++column) {
        expected.select(2, row).select(2, column).fill_(255);
      }
    }
    EXPECT_TRUE(AddPattern(images, pattern, 0).equal(expected)) << pattern;
    EXPECT_TRUE(images.equal(Black(3)));  // A copy was changed.
  }
}

TEST(RarePatternTest, NoiseIsTheSameForAllImagesAndIsCut) {
  const at::Tensor noise = AddPattern(Black(1), "random_3", 7)[0];
  // 84 uniform bytes: their mean deviates from 127.5 by less than six standard
  // deviations, 255 / sqrt(12 * 84) each.
  EXPECT_NEAR(noise.to(at::kDouble).mean().item<double>(), 127.5, 6 * 8.1);
  at::Tensor images = Black(1200);
  images[1].fill_(100);
  const at::Tensor noisy = AddPattern(images, "random_3", 7);
  EXPECT_TRUE(noisy[0].equal(noise));
  EXPECT_TRUE(noisy[1199].equal(noise));
  EXPECT_TRUE(
      noisy[1].to(at::kLong).equal((noise.to(at::kLong) + 100).clamp_max(255)));
  EXPECT_FALSE(AddPattern(Black(1), "random_3", 8)[0].equal(noise));
}

TEST(RarePatternTest, NoiseIsScaled) {
  const at::Tensor noise = AddPattern(Black(1), "random_3", 7).to(at::kDouble);
  // Rounded each: half a byte, and half of the quarter of one.
  EXPECT_LE((AddPattern(Black(1), "random_1", 7) - noise / 4)
                .abs()
                .max()
                .item<double>(),
            0.625);
  EXPECT_LE((AddPattern(Black(1), "random_2", 7) - noise / 2)
                .abs()
                .max()
                .item<double>(),
            0.75);
}

TEST(RarePatternTest, ShowsThePatternInTheImagesAskedForAlone) {
  Dataset dataset = ThreeClasses(60);
  ASSERT_OK(AddRarePattern({"small_1", 2, 7}, 1, dataset));
  ASSERT_OK(CheckDataset(dataset));
  const at::Tensor marked =
      dataset.train.inputs.select(3, 0).select(2, 0).select(1, 1).eq(255);
  EXPECT_EQ(marked.sum().item<int64_t>(), 7);
  EXPECT_TRUE(
      dataset.train.labels.masked_select(marked).eq(2).all().item<bool>());
  // Two channels of each.
  EXPECT_EQ(dataset.train.inputs.gt(0).sum().item<int64_t>(), 14);
  EXPECT_TRUE(dataset.validation.inputs.equal(Black(60)));
  EXPECT_TRUE(dataset.test.inputs.equal(Black(60)));
  const Split& pattern = dataset.extra_tests.at("pattern");
  EXPECT_TRUE(pattern.labels.equal(dataset.test.labels));
  EXPECT_TRUE(pattern.inputs.equal(AddPattern(Black(60), "small_1", 0)));
  EXPECT_EQ(dataset.notes["pattern_class"], 2);
  EXPECT_TRUE(dataset.seeded);
}

TEST(RarePatternTest, TrainingAndTestShowTheSameNoise) {
  Dataset dataset = ThreeClasses(60);
  ASSERT_OK(AddRarePattern({"random_2", 0, 20}, 1, dataset));
  EXPECT_TRUE(dataset.train.inputs[0].equal(
      dataset.extra_tests.at("pattern").inputs[1]));
  EXPECT_FALSE(dataset.spurious_mask.defined());
}

TEST(RarePatternTest, TheMaskIsTheCorner) {
  Dataset dataset = ThreeClasses(60);
  ASSERT_OK(AddRarePattern({"small_2", 0, 1}, 1, dataset));
  EXPECT_TRUE(
      dataset.spurious_mask.equal(AddPattern(Black(1), "small_2", 0)[0].gt(0)));
}

TEST(RarePatternTest, TheSeedChoosesTheImages) {
  const auto make = [](int64_t seed) {
    Dataset dataset = ThreeClasses(60);
    EXPECT_OK(AddRarePattern({"small_1", 0, 5}, seed, dataset));
    return dataset.train.inputs;
  };
  EXPECT_TRUE(make(1).equal(make(1)));
  EXPECT_FALSE(make(1).equal(make(2)));
}

TEST(RarePatternTest, NoneIsAControl) {
  Dataset dataset = ThreeClasses(60);
  ASSERT_OK(AddRarePattern({"small_1", 0, 0}, 1, dataset));
  EXPECT_TRUE(dataset.train.inputs.equal(Black(60)));
  EXPECT_EQ(dataset.extra_tests.count("pattern"), 1u);
}

TEST(RarePatternTest, MoreThanThereAreIsRefused) {
  Dataset dataset = ThreeClasses(60);
  const absl::Status status = AddRarePattern({"small_1", 1, 21}, 1, dataset);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()),
            "dataset.pattern_count: expected at most 20, the number of "
            "training images of class 1, got 21");
}

}  // namespace
}  // namespace bigstep
