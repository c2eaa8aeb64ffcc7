#include "datasets/images/standard_images.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/testing.h"

namespace bigstep {
namespace {

// `n` images of one pixel, its value the position, of `classes` classes in
// turn.
Split Numbered(int64_t n, int64_t classes) {
  return {at::arange(n, at::kByte).view({n, 1, 1, 1}),
          at::arange(n, at::kLong).remainder(classes),
          {}};
}

TEST(StandardImagesTest, HoldsTheShareOutOfEachClass) {
  const auto dataset =
      MakeStandardDataset(Numbered(40, 2), Numbered(6, 2), 2, 0.1);
  ASSERT_OK(dataset);
  EXPECT_OK(CheckDataset(**dataset));
  EXPECT_EQ((*dataset)->task.input_shape, (std::vector<int64_t>{1, 1, 1}));
  EXPECT_EQ((*dataset)->task.num_classes, 2);
  EXPECT_EQ((*dataset)->task.num_biases, 1);
  EXPECT_FALSE((*dataset)->seeded);
  // The tenth and the twentieth of each class; class 0 is at even positions.
  EXPECT_TRUE((*dataset)->validation.inputs.flatten().equal(
      at::tensor({18, 19, 38, 39}, at::kByte)));
  EXPECT_EQ((*dataset)->train.size(), 36);
  EXPECT_TRUE((*dataset)->test.inputs.equal(Numbered(6, 2).inputs));
}

TEST(StandardImagesTest, RefusesToHoldOutNothing) {
  const absl::Status status =
      MakeStandardDataset(Numbered(18, 2), Numbered(6, 2), 2, 0.1).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(
      std::string(status.message()),
      "dataset.validation_fraction: 0.1 of each of 2 classes is not one image "
      "of 18; choose a larger share");
}

}  // namespace
}  // namespace bigstep
