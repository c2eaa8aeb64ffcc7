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

const std::string& Root() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    WriteNumberedCifar10(*path, 300, 30);
    return path;
  }();
  return *root;
}

std::unique_ptr<Dataset> Make(const std::string& options) {
  return MakePlugin<DatasetFamily>(absl::StrCat("{name: cifar10", options, "}"),
                                   {Root(), 1});
}

at::Tensor Numbers(const Split& split) {
  return PhotographNumbers(split.inputs, 31, 0);
}

TEST(Cifar10Test, HasTheOfficialSplitsAndOneBiasLabel) {
  const auto dataset = Make("");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{3, 32, 32}));
  EXPECT_EQ(dataset->task.num_classes, 10);
  EXPECT_EQ(dataset->task.num_biases, 1);
  EXPECT_FALSE(dataset->seeded);
  EXPECT_THAT(dataset->class_names, testing::Contains("airplane"));
  // Every tenth of each class is held out.
  EXPECT_TRUE(Numbers(dataset->validation)
                  .equal(at::cat({at::arange(90, 100), at::arange(190, 200),
                                  at::arange(290, 300)})));
  EXPECT_EQ(dataset->train.size(), 270);
  EXPECT_TRUE(Numbers(dataset->test).equal(at::arange(30)));
  for (const Split* split :
       {&dataset->train, &dataset->validation, &dataset->test}) {
    EXPECT_TRUE(split->labels.equal(Numbers(*split).remainder(10)));
  }
}

TEST(Cifar10Test, NormalizesByTheUsualNumbers) {
  // Image 7 is (7, 0, 20 * 7 + 15) everywhere.
  const at::Tensor inputs = Make("")->test.Range(7, 8).value();
  EXPECT_FLOAT_EQ(inputs[0][0][3][4].item<float>(), (7 / 255. - 0.491) / 0.247);
  EXPECT_FLOAT_EQ(inputs[0][1][3][4].item<float>(), -0.482 / 0.243);
  EXPECT_FLOAT_EQ(inputs[0][2][3][4].item<float>(),
                  (155 / 255. - 0.447) / 0.262);
}

TEST(Cifar10Test, AugmentsTrainingImagesOnly) {
  EXPECT_FALSE(Make("")->train.augmentation);
  const auto dataset = Make(", augmentation: crop_flip");
  EXPECT_TRUE(dataset->train.augmentation);
  EXPECT_FALSE(dataset->validation.augmentation);
  EXPECT_FALSE(dataset->test.augmentation);
}

TEST(Cifar10Test, SaysWhatIsMissing) {
  const std::string root = MakeTestFolder();
  const absl::Status status =
      Datasets::Get()
          .Make(ParsePlugin<DatasetFamily>("cifar10"), {root, 1})
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(status.message()),
            absl::StrCat("cannot read ", root,
                         "/cifar-10-batches-bin/data_batch_1.bin: No such file "
                         "or directory; get the official files with `bazel run "
                         "//tools:fetch_data -- cifar10` and name the data "
                         "root with --data_root"));
}

}  // namespace
}  // namespace bigstep
