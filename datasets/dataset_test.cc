#include "datasets/dataset.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/testing.h"

namespace bigstep {
namespace {

// Three examples of two floats; three classes, two bias labels.
Split FloatSplit() {
  return {at::tensor({1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f}).view({3, 2}),
          at::tensor({0, 1, 2}, at::kLong), at::tensor({1, 0, 1}, at::kLong)};
}

Split ByteSplit() {
  return {at::tensor({0, 51, 102, 153, 204, 255}, at::kByte).view({3, 2}),
          at::tensor({0, 1, 2}, at::kLong), at::tensor({1, 0, 1}, at::kLong)};
}

Dataset SmallDataset() {
  return {{{2}, 3, 2}, FloatSplit(), ByteSplit(), FloatSplit()};
}

void ExpectInternal(const Dataset& dataset, const std::string& message) {
  const absl::Status status = CheckDataset(dataset);
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(std::string(status.message()), message);
}

TEST(SplitTest, BatchPicksExamplesInTheOrderAsked) {
  const at::Tensor batch =
      FloatSplit().Batch(at::tensor({2, 0, 2}, at::kLong)).value();
  EXPECT_TRUE(batch.equal(
      at::tensor({5.0f, 6.0f, 1.0f, 2.0f, 5.0f, 6.0f}).view({3, 2})));
}

TEST(SplitTest, BatchDividesBytesBy255) {
  const Split split = ByteSplit();
  const at::Tensor batch = split.Batch(at::tensor({2, 0}, at::kLong)).value();
  EXPECT_EQ(batch.scalar_type(), at::kFloat);
  // By hand: 204/255 = 0.8. Float32 rounds it to the nearest.
  EXPECT_TRUE(batch.equal(at::tensor({0.8f, 1.0f, 0.0f, 0.2f}).view({2, 2})))
      << batch;
  EXPECT_TRUE(split.inputs.equal(ByteSplit().inputs));
}

TEST(SplitTest, RangeIsTheBatchOfItsPositions) {
  for (const Split& split : {FloatSplit(), ByteSplit()}) {
    const at::Tensor range = split.Range(1, 3).value();
    EXPECT_EQ(range.scalar_type(), at::kFloat);
    EXPECT_TRUE(
        range.equal(split.Batch(at::tensor({1, 2}, at::kLong)).value()));
  }
}

TEST(SplitTest, BatchNormalizesEachChannel) {
  // Two channels of one pixel.
  Split split = ByteSplit();
  split.inputs = split.inputs.view({3, 2, 1, 1});
  split.mean = at::tensor({0.0f, 0.2f}).view({2, 1, 1});
  split.stddev = at::tensor({0.5f, 0.4f}).view({2, 1, 1});
  const at::Tensor batch = split.Batch(at::tensor({2, 0}, at::kLong)).value();
  // By hand: (0.8 - 0) / 0.5, (1 - 0.2) / 0.4, 0 and (0.2 - 0.2) / 0.4.
  EXPECT_TRUE(at::allclose(batch.view({2, 2}),
                           at::tensor({1.6f, 2.0f, 0.0f, 0.0f}).view({2, 2})));
}

TEST(SplitTest, NormalizingDoesNotChangeWhatIsStored) {
  Split split = FloatSplit();
  split.inputs = split.inputs.view({3, 2, 1, 1});
  split.mean = at::ones({2, 1, 1});
  split.stddev = at::ones({2, 1, 1});
  const at::Tensor before = split.inputs.clone();
  EXPECT_TRUE(split.Range(0, 3)->equal(before - 1));
  EXPECT_TRUE(split.inputs.equal(before));
}

TEST(SplitTest, StoredIsWhatBatchStartsFrom) {
  const Split split = ByteSplit();
  EXPECT_TRUE(split.Stored(at::tensor({1}, at::kLong))
                  ->equal(at::tensor({102, 153}, at::kByte).view({1, 2})));
}

TEST(SplitTest, DrawsAugmentAndTheirAbsenceDoesNot) {
  Split split = ByteSplit();
  split.augmentation = [](const at::Tensor& inputs, const at::Tensor& draws) {
    return inputs + draws.select(1, 0).to(at::kByte).unsqueeze(1);
  };
  const at::Tensor first = at::tensor({0}, at::kLong);
  const at::Tensor draws = at::ones({1, kAugmentationDraws}, at::kDouble);
  EXPECT_TRUE(
      split.Stored(first)->equal(at::tensor({0, 51}, at::kByte).view({1, 2})));
  EXPECT_TRUE(split.Stored(first, draws)
                  ->equal(at::tensor({1, 52}, at::kByte).view({1, 2})));
}

at::Tensor AddOne(const at::Tensor& inputs, const at::Tensor&) {
  return inputs + 1;
}
const bool registered = RegisterAugmentation("test_add_one", AddOne);

TEST(DatasetTest, AugmentationsAreFoundByTheirNames) {
  EXPECT_TRUE(registered);
  EXPECT_FALSE(FindAugmentation("test_add_two"));
  Split split;
  split.AugmentBy("test_add_one");
  EXPECT_EQ(split.augmentation_name, "test_add_one");
  EXPECT_EQ(split.augmentation(at::ones({1}), {}).item<double>(), 2);
}

TEST(DatasetDeathTest, AugmentationsHaveNamesOfTheirOwn) {
  EXPECT_DEATH(RegisterAugmentation("test_add_one", AddOne),
               "two augmentations are called 'test_add_one'");
}

TEST(DatasetTest, FindsSplitsByName) {
  Dataset dataset = SmallDataset();
  dataset.extra_tests["shuffled"] = FloatSplit();
  EXPECT_EQ(
      dataset.SplitNames(),
      (std::vector<std::string>{"train", "validation", "test", "shuffled"}));
  EXPECT_EQ(dataset.Find("test"), &dataset.test);
  EXPECT_EQ(dataset.Find("shuffled"), &dataset.extra_tests["shuffled"]);
  EXPECT_EQ(dataset.Find("val"), nullptr);
}

TEST(DatasetTest, ToKeepsEverything) {
  const Dataset dataset = SmallDataset();
  const Dataset moved = dataset.To(at::kCPU);
  EXPECT_EQ(moved.task.input_shape, dataset.task.input_shape);
  EXPECT_EQ(moved.task.num_classes, 3);
  EXPECT_EQ(moved.task.num_biases, 2);
  EXPECT_TRUE(moved.train.inputs.equal(dataset.train.inputs));
  EXPECT_TRUE(moved.validation.inputs.equal(dataset.validation.inputs));
  EXPECT_TRUE(moved.test.labels.equal(dataset.test.labels));
  EXPECT_TRUE(moved.test.bias_labels.equal(dataset.test.bias_labels));
}

TEST(CheckDatasetTest, AcceptsFloatsAndBytes) {
  EXPECT_OK(CheckDataset(SmallDataset()));
}

TEST(CheckDatasetTest, LooksAtExtraSplitsAndTheMask) {
  Dataset dataset = SmallDataset();
  dataset.extra_tests["shuffled"] = FloatSplit();
  dataset.spurious_mask = at::arange(2).eq(0);
  EXPECT_OK(CheckDataset(dataset));
  dataset.extra_tests["shuffled"].labels[0] = 7;
  ExpectInternal(dataset,
                 "labels: expected values in [0, 3), found 1 to 7; in split "
                 "shuffled");
  dataset.extra_tests.clear();
  dataset.spurious_mask = at::ones({3}, at::kBool);
  ExpectInternal(dataset, "spurious_mask: expected [2] Bool, found [3] Bool");
}

TEST(CheckDatasetTest, MeanAndDeviationComeTogether) {
  Dataset dataset = SmallDataset();
  dataset.test.mean = at::zeros({2, 1, 1});
  ExpectInternal(dataset, "mean and stddev must come together; in split test");
  dataset.test.stddev = at::ones({1, 1, 1});
  ExpectInternal(dataset,
                 "stddev: expected [2, 1, 1] Float, found [1, 1, 1] Float; in "
                 "split test");
}

TEST(CheckDatasetTest, RefusesInputsOfAnotherShape) {
  Dataset dataset = SmallDataset();
  dataset.task.input_shape = {1, 2};
  ExpectInternal(dataset,
                 "inputs: expected [3, 1, 2] Float, found [3, 2] Float; in "
                 "split train");
}

TEST(CheckDatasetTest, RefusesAnotherNumberOfInputs) {
  Dataset dataset = SmallDataset();
  dataset.validation.inputs = dataset.validation.inputs.slice(0, 0, 2);
  ExpectInternal(dataset,
                 "inputs: expected [3, 2] Byte, found [2, 2] Byte; in split "
                 "validation");
}

TEST(CheckDatasetTest, RefusesInputsOfAnotherType) {
  Dataset dataset = SmallDataset();
  dataset.test.inputs = dataset.test.inputs.to(at::kDouble);
  ExpectInternal(dataset,
                 "inputs: expected [3, 2] Float, found [3, 2] Double; in split "
                 "test");
}

TEST(CheckDatasetTest, RefusesMissingTensors) {
  Dataset dataset = SmallDataset();
  dataset.test.bias_labels = at::Tensor();
  ExpectInternal(dataset,
                 "bias_labels: expected [3] Long, found no tensor; in split "
                 "test");
  dataset.test.inputs = at::Tensor();
  ExpectInternal(dataset,
                 "inputs: expected [3, 2] Float, found no tensor; in split "
                 "test");
  dataset.test.labels = at::Tensor();
  ExpectInternal(dataset, "labels must be [N] with N > 0; in split test");
}

TEST(CheckDatasetTest, RefusesAnEmptySplit) {
  Dataset dataset = SmallDataset();
  dataset.train.inputs = dataset.train.inputs.slice(0, 0, 0);
  dataset.train.labels = dataset.train.labels.slice(0, 0, 0);
  dataset.train.bias_labels = dataset.train.bias_labels.slice(0, 0, 0);
  ExpectInternal(dataset, "labels must be [N] with N > 0; in split train");
}

TEST(CheckDatasetTest, RefusesNonFiniteInputs) {
  Dataset dataset = SmallDataset();
  dataset.train.inputs[1][0] = std::numeric_limits<float>::quiet_NaN();
  dataset.train.inputs[2][1] = std::numeric_limits<float>::infinity();
  ExpectInternal(dataset,
                 "inputs: expected finite values, found 2 of 6 that are not; "
                 "in split train");
}

TEST(CheckDatasetTest, RefusesLabelsOfAnotherTypeOrSize) {
  Dataset dataset = SmallDataset();
  dataset.train.labels = dataset.train.labels.to(at::kInt);
  ExpectInternal(dataset,
                 "labels: expected [3] Long, found [3] Int; in split train");
  dataset = SmallDataset();
  dataset.train.bias_labels = dataset.train.bias_labels.slice(0, 0, 2);
  ExpectInternal(
      dataset,
      "bias_labels: expected [3] Long, found [2] Long; in split train");
}

TEST(CheckDatasetTest, RefusesLabelsOutOfRange) {
  Dataset dataset = SmallDataset();
  dataset.validation.labels[0] = 3;
  ExpectInternal(dataset,
                 "labels: expected values in [0, 3), found 1 to 3; in split "
                 "validation");
  dataset = SmallDataset();
  dataset.test.bias_labels[0] = -1;
  ExpectInternal(dataset,
                 "bias_labels: expected values in [0, 2), found -1 to 1; in "
                 "split test");
}

}  // namespace
}  // namespace bigstep
