#include "datasets/images/image_options.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/testing.h"

namespace bigstep {
namespace {

// Four images [2, 1, 2] of bytes in each split.
Dataset SmallImages() {
  Dataset dataset;
  dataset.task = {{2, 1, 2}, 2, 1};
  dataset.seeded = false;
  const at::Tensor labels = at::tensor({0, 1, 0, 1}, at::kLong);
  for (Split* split : {&dataset.train, &dataset.validation, &dataset.test,
                       &dataset.extra_tests["extra"]}) {
    *split = {at::arange(0, 256, 17, at::kByte).view({4, 2, 1, 2}).clone(),
              labels, at::zeros_like(labels)};
  }
  return dataset;
}

TEST(FinishImagesTest, EverySplitIsNormalizedChannelByChannel) {
  Dataset dataset = SmallImages();
  ASSERT_OK(FinishImages(ImageOptions({0.2, 0.6}, {0.5, 0.1}), 0, dataset));
  ASSERT_OK(CheckDataset(dataset));
  for (const std::string& name : dataset.SplitNames()) {
    const at::Tensor first = dataset.Find(name)->Range(0, 1).value();
    // By hand: bytes 0, 17, 34, 51 are 0, 1/15, 2/15, 1/5.
    const at::Tensor expected =
        at::tensor({-0.4, -4.0 / 15, -14.0 / 3, -4.0}, at::kFloat);
    EXPECT_TRUE(at::allclose(first.view(-1), expected, 1e-5)) << first;
  }
}

TEST(FinishImagesTest, OneNumberServesAllChannels) {
  Dataset one = SmallImages(), two = SmallImages();
  ASSERT_OK(FinishImages(ImageOptions({0.3}, {0.7}), 0, one));
  ASSERT_OK(FinishImages(ImageOptions({0.3, 0.3}, {0.7, 0.7}), 0, two));
  EXPECT_TRUE(one.train.Range(0, 4)->equal(*two.train.Range(0, 4)));
}

TEST(FinishImagesTest, NothingToDoCostsNothing) {
  Dataset dataset = SmallImages();
  ASSERT_OK(FinishImages(ImageOptions(), 0, dataset));
  EXPECT_FALSE(dataset.train.mean.defined());
  EXPECT_FALSE(dataset.seeded);
}

TEST(FinishImagesTest, AnotherNumberOfChannelsIsRefused) {
  Dataset dataset = SmallImages();
  const absl::Status status =
      FinishImages(ImageOptions({0.1, 0.2, 0.3}, {1}), 0, dataset);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()),
            "dataset.mean: expected 2 numbers (one for each channel) or 1, "
            "found 3");
}

TEST(FinishImagesTest, ASubsetIsDrawnFromTheTrainingImagesAlone) {
  Dataset dataset = SmallImages();
  ImageOptions options;
  options.subset = 2;
  ASSERT_OK(FinishImages(options, 0, dataset));
  EXPECT_EQ(dataset.train.size(), 2);
  EXPECT_EQ(dataset.train.labels.sum().item<int64_t>(), 1);  // One each.
  EXPECT_EQ(dataset.test.size(), 4);
  EXPECT_TRUE(dataset.seeded);
}

// Draws [1, kAugmentationDraws] with the given first three.
at::Tensor Draws(double row, double column, double mirror) {
  at::Tensor draws = at::zeros({1, kAugmentationDraws}, at::kDouble);
  draws[0][0] = row;
  draws[0][1] = column;
  draws[0][2] = mirror;
  return draws;
}

TEST(CropFlipTest, ByHand) {
  // One channel, 2 x 3:  1 2 3
  //                      4 5 6
  const at::Tensor image =
      at::tensor({1, 2, 3, 4, 5, 6}, at::kByte).view({1, 1, 2, 3});
  const Augmentation augment = CropFlip(1);
  const auto result = [&](double row, double column, double mirror) {
    const at::Tensor out = augment(image, Draws(row, column, mirror)).view(-1);
    EXPECT_EQ(out.scalar_type(), at::kByte);
    return std::vector<uint8_t>(out.data_ptr<uint8_t>(),
                                out.data_ptr<uint8_t>() + 6);
  };
  using Bytes = std::vector<uint8_t>;
  // Thirds of [0, 1) choose offsets 0, 1, 2 in the padded image.
  EXPECT_EQ(result(0.5, 0.5, 0.9), (Bytes{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(result(0.5, 0.5, 0.1), (Bytes{3, 2, 1, 6, 5, 4}));
  EXPECT_EQ(result(0.0, 0.5, 0.9), (Bytes{0, 0, 0, 1, 2, 3}));
  EXPECT_EQ(result(0.99, 0.5, 0.9), (Bytes{4, 5, 6, 0, 0, 0}));
  EXPECT_EQ(result(0.5, 0.0, 0.9), (Bytes{0, 1, 2, 0, 4, 5}));
  EXPECT_EQ(result(0.5, 0.99, 0.1), (Bytes{0, 3, 2, 0, 6, 5}));
}

TEST(CropFlipTest, ImagesMoveEachByItsOwnDraws) {
  const at::Tensor image = at::arange(1, 10, at::kByte).view({1, 1, 3, 3});
  const at::Tensor two = image.repeat({2, 2, 1, 1});
  const at::Tensor draws = at::cat({Draws(0, 0.5, 0.9), Draws(0.9, 0, 0.2)});
  const at::Tensor out = CropFlip(2)(two, draws);
  for (int64_t i = 0; i < 2; ++i) {
    const at::Tensor alone = CropFlip(2)(image, draws.slice(0, i, i + 1));
    for (int64_t c = 0; c < 2; ++c) EXPECT_TRUE(out[i][c].equal(alone[0][0]));
  }
}

}  // namespace
}  // namespace bigstep
