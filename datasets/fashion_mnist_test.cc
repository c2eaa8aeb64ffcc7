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

TEST(FashionMnistTest, ReadsItsOwnFolder) {
  const std::string root = MakeTestFolder();
  // MNIST beside it must not be taken.
  WriteNumberedMnist(root, "train", 500);
  WriteNumberedMnist(root, "t10k", 500);
  WriteNumberedMnist(root, "train", 200, "fashion_mnist");
  WriteNumberedMnist(root, "t10k", 30, "fashion_mnist");
  const auto dataset =
      MakePlugin<DatasetFamily>("{name: fashion_mnist}", {root, 1});
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{1, 28, 28}));
  EXPECT_EQ(dataset->task.num_classes, 10);
  EXPECT_EQ(dataset->task.num_biases, 1);
  EXPECT_FALSE(dataset->seeded);
  EXPECT_EQ(dataset->train.size(), 180);
  EXPECT_EQ(dataset->validation.size(), 20);
  const at::Tensor numbers = NumbersAt(dataset->test.inputs.squeeze(1), 1, 0);
  EXPECT_TRUE(numbers.equal(at::arange(30)));
  EXPECT_TRUE(dataset->test.labels.equal(numbers.remainder(10)));

  // White and black by the mean and deviation of its own training images.
  const at::Tensor inputs = dataset->test.Range(0, 1).value();
  EXPECT_FLOAT_EQ(inputs[0][0][27][5].item<float>(), (1 - 0.2860) / 0.3530);
  EXPECT_FLOAT_EQ(inputs[0][0][9][5].item<float>(), -0.2860 / 0.3530);
}

TEST(FashionMnistTest, NamesItsClasses) {
  const std::string root = MakeTestFolder();
  WriteNumberedMnist(root, "train", 100, "fashion_mnist");
  WriteNumberedMnist(root, "t10k", 10, "fashion_mnist");
  // The table of labels of github zalandoresearch/fashion-mnist.
  EXPECT_THAT(MakePlugin<DatasetFamily>("{name: fashion_mnist}", {root, 1})
                  ->class_names,
              testing::ElementsAre("T-shirt/top", "Trouser", "Pullover",
                                   "Dress", "Coat", "Sandal", "Shirt",
                                   "Sneaker", "Bag", "Ankle boot"));
}

TEST(FashionMnistTest, SaysWhatIsMissing) {
  const std::string root = MakeTestFolder();
  const std::string stem = root + "/fashion_mnist/train-images-idx3-ubyte";
  const absl::Status status =
      Datasets::Get()
          .Make(ParsePlugin<DatasetFamily>("fashion_mnist"), {root, 1})
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(status.message()),
            absl::StrCat("found neither ", stem, ".gz nor ", stem,
                         "; get the official files with `bazel run "
                         "//tools:fetch_data -- fashion_mnist` and name the "
                         "data root with --data_root"));
}

}  // namespace
}  // namespace bigstep
