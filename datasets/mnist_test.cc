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

const std::string& Root() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    WriteNumberedMnist(*path, "train", 200);
    WriteNumberedMnist(*path, "t10k", 30);
    return path;
  }();
  return *root;
}

std::unique_ptr<Dataset> Make(const std::string& options) {
  return MakePlugin<DatasetFamily>(absl::StrCat("{name: mnist", options, "}"),
                                   {Root(), 1});
}

at::Tensor Numbers(const Split& split) {
  return NumbersAt(split.inputs.squeeze(1), 1, 0);
}

TEST(MnistTest, HasTheOfficialSplitsAndOneBiasLabel) {
  const auto dataset = Make("");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{1, 28, 28}));
  EXPECT_EQ(dataset->task.num_classes, 10);
  EXPECT_EQ(dataset->task.num_biases, 1);
  EXPECT_FALSE(dataset->seeded);
  // The tenth and the twentieth of the 20 images of each class: numbers 90 to
  // 99 and 190 to 199.
  EXPECT_TRUE(Numbers(dataset->validation)
                  .equal(at::cat({at::arange(90, 100), at::arange(190, 200)})));
  EXPECT_TRUE(Numbers(dataset->train)
                  .equal(at::cat({at::arange(90), at::arange(100, 190)})));
  EXPECT_TRUE(Numbers(dataset->test).equal(at::arange(30)));
  for (const Split* split :
       {&dataset->train, &dataset->validation, &dataset->test}) {
    EXPECT_TRUE(split->labels.equal(Numbers(*split).remainder(10)));
  }
}

TEST(MnistTest, NormalizesByTheUsualNumbers) {
  const at::Tensor inputs = Make("")->test.Range(0, 1).value();
  // White and black.
  EXPECT_FLOAT_EQ(inputs[0][0][27][5].item<float>(), (1 - 0.1307) / 0.3081);
  EXPECT_FLOAT_EQ(inputs[0][0][9][5].item<float>(), -0.1307 / 0.3081);
  const at::Tensor plain =
      Make(", mean: [0], std: [1]")->test.Range(0, 1).value();
  EXPECT_EQ(plain[0][0][27][5].item<float>(), 1);
}

TEST(MnistTest, HoldsOutTheShareAsked) {
  const auto dataset = Make(", validation_fraction: 0.25");
  EXPECT_EQ(dataset->train.size(), 150);
  EXPECT_EQ(dataset->validation.size(), 50);
}

TEST(MnistTest, KeepsASubsetThatTheSeedDraws) {
  const auto dataset = Make(", subset: 40");
  EXPECT_TRUE(dataset->seeded);
  EXPECT_TRUE(at::bincount(dataset->train.labels).eq(4).all().item<bool>());
  EXPECT_EQ(dataset->validation.size(), 20);
}

TEST(MnistTest, SaysWhatIsMissing) {
  const std::string root = MakeTestFolder();
  const std::string stem = root + "/mnist/train-images-idx3-ubyte";
  const absl::Status status =
      Datasets::Get()
          .Make(ParsePlugin<DatasetFamily>("mnist"), {root, 1})
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(status.message()),
            absl::StrCat("found neither ", stem, ".gz nor ", stem,
                         "; get the official files with `bazel run "
                         "//tools:fetch_data -- mnist` and name the data root "
                         "with --data_root"));
}

TEST(MnistTest, RefusesToHoldOutAllOrNothing) {
  for (const std::string fraction : {"0", "1"}) {
    Problems problems;
    const SpecNode node =
        ReadSpec("{name: mnist, validation_fraction: " + fraction + "}", "test",
                 0, problems);
    Datasets::Get().Read(node, "dataset", problems);
    EXPECT_EQ(
        Message(problems),
        absl::StrCat("test:1:15: dataset.validation_fraction: must be ",
                     fraction == "0" ? "> 0" : "< 1", ", got ", fraction));
  }
}

}  // namespace
}  // namespace bigstep
