#include <ATen/ATen.h>
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

// Image i is of the fine class i % 100 and the coarse class i % 20.
std::string Records(int n) {
  std::string content;
  for (int i = 0; i < n; ++i) {
    content += static_cast<char>(i % 20);
    content += static_cast<char>(i % 100);
    content += NumberedPhotograph(i, 0);
  }
  return content;
}

const std::string& Root() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    WriteTestFile(*path + "/cifar-100-binary/train.bin", Records(1000));
    WriteTestFile(*path + "/cifar-100-binary/test.bin", Records(100));
    return path;
  }();
  return *root;
}

std::unique_ptr<Dataset> Make(const std::string& options) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: cifar100", options, "}"), {Root(), 1});
}

at::Tensor Numbers(const Split& split) {
  return PhotographNumbers(split.inputs, 31, 0);
}

TEST(Cifar100Test, HasTheOfficialSplitsAndOneBiasLabel) {
  const auto dataset = Make("");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{3, 32, 32}));
  EXPECT_EQ(dataset->task.num_classes, 100);
  EXPECT_EQ(dataset->task.num_biases, 1);
  EXPECT_FALSE(dataset->seeded);
  // The tenth of each fine class.
  EXPECT_TRUE(Numbers(dataset->validation).equal(at::arange(900, 1000)));
  EXPECT_TRUE(Numbers(dataset->train).equal(at::arange(900)));
  EXPECT_TRUE(Numbers(dataset->test).equal(at::arange(100)));
  for (const Split* split :
       {&dataset->train, &dataset->validation, &dataset->test}) {
    EXPECT_TRUE(split->labels.equal(Numbers(*split).remainder(100)));
  }
}

TEST(Cifar100Test, TellsTheSuperclassIfAsked) {
  const auto dataset = Make(", labels: coarse");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.num_classes, 20);
  // Each tenth of a coarse class: numbers 180 to 199, 380 to 399, ...
  EXPECT_EQ(dataset->validation.size(), 100);
  EXPECT_EQ(Numbers(dataset->validation)[20].item<int64_t>(), 380);
  for (const Split* split :
       {&dataset->train, &dataset->validation, &dataset->test}) {
    EXPECT_TRUE(split->labels.equal(Numbers(*split).remainder(20)));
  }
}

TEST(Cifar100Test, NormalizesByTheUsualNumbers) {
  // Image 7 is (7, 0, 15) everywhere.
  const at::Tensor inputs = Make("")->test.Range(7, 8).value();
  EXPECT_FLOAT_EQ(inputs[0][0][3][4].item<float>(),
                  (7 / 255. - 0.5071) / 0.2675);
  EXPECT_FLOAT_EQ(inputs[0][1][3][4].item<float>(), -0.4867 / 0.2565);
  EXPECT_FLOAT_EQ(inputs[0][2][3][4].item<float>(),
                  (15 / 255. - 0.4408) / 0.2761);
}

TEST(Cifar100Test, AugmentsTrainingImagesOnly) {
  const auto dataset = Make(", augmentation: crop_flip");
  EXPECT_TRUE(dataset->train.augmentation);
  EXPECT_FALSE(dataset->validation.augmentation);
  EXPECT_FALSE(dataset->test.augmentation);
}

TEST(Cifar100Test, RefusesOtherLabels) {
  Problems problems;
  const SpecNode node =
      ReadSpec("{name: cifar100, labels: both}", "test", 0, problems);
  Datasets::Get().Read(node, "dataset", problems);
  EXPECT_EQ(Message(problems),
            "test:1:18: dataset.labels: must be one of fine, coarse, got both");
}

}  // namespace
}  // namespace bigstep
