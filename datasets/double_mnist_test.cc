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

constexpr int kTrain = 300;    // 30 of each class.
constexpr int kHeldOut = 400;  // Two for each pair of digits and half.

const std::string& Root() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    WriteNumberedMnist(*path, "train", kTrain);
    WriteNumberedMnist(*path, "t10k", kHeldOut);
    return path;
  }();
  return *root;
}

std::unique_ptr<Dataset> Make(const std::string& options, int64_t seed = 1) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: double_mnist", options, "}"), {Root(), seed});
}

// [N, 28, 28].
at::Tensor Left(const Split& split) {
  return split.inputs.squeeze(1).slice(2, 0, 28);
}
at::Tensor Right(const Split& split) {
  return split.inputs.squeeze(1).slice(2, 28);
}

at::Tensor LeftNumbers(const Split& split) {
  return NumbersAt(Left(split), 1, 0);
}
at::Tensor RightNumbers(const Split& split) {
  return NumbersAt(Right(split), 1, 0);
}

TEST(DoubleMnistTest, HasTheShapesOfItsTask) {
  const auto dataset = Make("");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{1, 28, 56}));
  EXPECT_EQ(dataset->task.num_classes, 10);
  EXPECT_EQ(dataset->task.num_biases, 10);
  EXPECT_TRUE(dataset->seeded);
  EXPECT_EQ(dataset->train.inputs.scalar_type(), at::kByte);
  EXPECT_EQ(dataset->train.size(), kTrain);
}

TEST(DoubleMnistTest, TheBrightDigitOnTheLeftIsTheLabel) {
  const Split train = Make("")->train;
  EXPECT_TRUE(LeftNumbers(train).equal(at::arange(kTrain)));
  EXPECT_TRUE(train.labels.equal(at::arange(kTrain).remainder(10)));
  const at::Tensor left = Left(train);
  // As written: row 0 shows the class, row 27 is white.
  EXPECT_TRUE(left.select(1, 0)
                  .to(at::kLong)
                  .eq((train.labels * 20 + 15).unsqueeze(1))
                  .all()
                  .item<bool>());
  EXPECT_TRUE(left.select(1, 27).eq(255).all().item<bool>());
  EXPECT_TRUE(left.slice(1, 2, 27).eq(0).all().item<bool>());
}

TEST(DoubleMnistTest, TheDimDigitOnTheRightIsTheBiasLabel) {
  const auto dataset = Make(", bias_conflicting_fraction: 0.3");
  for (const Split* split :
       {&dataset->train, &dataset->validation, &dataset->test}) {
    const at::Tensor right = Right(*split).to(at::kLong);
    // Half of 20 k + 15 is 10 k + 7.5, rounded away from 0; half of 255 is 128.
    EXPECT_TRUE(right.select(1, 0)
                    .eq((split->bias_labels * 10 + 8).unsqueeze(1))
                    .all()
                    .item<bool>());
    EXPECT_TRUE(right.select(1, 27).eq(128).all().item<bool>());
    EXPECT_TRUE(right.slice(1, 2, 27).eq(0).all().item<bool>());
    EXPECT_TRUE(RightNumbers(*split).remainder(10).equal(split->bias_labels));
  }
}

TEST(DoubleMnistTest, DimsAsMuchAsAsked) {
  const auto quarter = Make(", spurious_intensity: 0.25");
  // 255 / 4 = 63.75; (20 k + 15) / 4 = 5 k + 3.75.
  const at::Tensor right = Right(quarter->test).to(at::kLong);
  EXPECT_TRUE(right.select(1, 27).eq(64).all().item<bool>());
  EXPECT_TRUE(right.select(1, 0)
                  .eq((quarter->test.bias_labels * 5 + 4).unsqueeze(1))
                  .all()
                  .item<bool>());
  const auto full = Make(", spurious_intensity: 1");
  EXPECT_TRUE(Right(full->test).select(1, 27).eq(255).all().item<bool>());
  // The intensity changes nothing but the spurious digits' brightness.
  EXPECT_TRUE(Left(full->test).equal(Left(quarter->test)));
  EXPECT_TRUE(RightNumbers(full->test).equal(RightNumbers(quarter->test)));
}

TEST(DoubleMnistTest, ConflictsAsOftenAsTheRuleSays) {
  // By hand, n = 30 of each class, f = 0.3: one for each of nine other labels.
  const Split train = Make(", bias_conflicting_fraction: 0.3")->train;
  const at::Tensor groups =
      at::bincount(train.labels * 10 + train.bias_labels, {}, 100)
          .view({10, 10});
  EXPECT_TRUE(
      groups.equal(at::ones({10, 10}, at::kLong) + 20 * at::eye(10, at::kLong)))
      << groups;
}

TEST(DoubleMnistTest, ValidationAndTestAreUnbiasedAndShareNoDigit) {
  const auto dataset = Make("");
  const at::Tensor validation = LeftNumbers(dataset->validation);
  const at::Tensor test = LeftNumbers(dataset->test);
  EXPECT_TRUE(std::get<0>(at::cat({validation, test}).sort())
                  .equal(at::arange(kHeldOut)));
  for (const Split* split : {&dataset->validation, &dataset->test}) {
    EXPECT_TRUE(split->labels.equal(LeftNumbers(*split).remainder(10)));
    EXPECT_TRUE(at::bincount(split->labels * 10 + split->bias_labels, {}, 100)
                    .eq(2)
                    .all()
                    .item<bool>());
    // Spurious digits come from the split's own images.
    const at::Tensor own = LeftNumbers(*split);
    const at::Tensor found =
        RightNumbers(*split).unsqueeze(1).eq(own.unsqueeze(0)).any(1);
    EXPECT_TRUE(found.all().item<bool>());
  }
}

TEST(DoubleMnistTest, SpuriousDigitsAreDrawnFromTheWholeClass) {
  // 270 draws or more among 300: each class shows many different images. Of n
  // draws among n, a share 1/e stays out; 30 of a class leave 19 on average and
  // hardly ever less than 12.
  const Split train = Make(", bias_conflicting_fraction: 0")->train;
  EXPECT_TRUE(train.bias_labels.equal(train.labels));
  const at::Tensor used =
      at::bincount(RightNumbers(train), {}, kTrain).gt(0).to(at::kLong);
  EXPECT_GT(used.view({30, 10}).sum(0).min().item<int64_t>(), 11);
}

TEST(DoubleMnistTest, TheMaskIsTheRightHalf) {
  const auto dataset = Make("");
  EXPECT_FALSE(dataset->spurious_mask.slice(2, 0, 28).any().item<bool>());
  EXPECT_TRUE(dataset->spurious_mask.slice(2, 28).all().item<bool>());
  // Another seed draws other spurious digits and changes nothing outside.
  const auto other = Make("", 2);
  const at::Tensor changed =
      dataset->train.inputs.ne(other->train.inputs).any(0);
  EXPECT_TRUE(changed.any().item<bool>());
  EXPECT_FALSE(changed.logical_and(dataset->spurious_mask.logical_not())
                   .any()
                   .item<bool>());
}

TEST(DoubleMnistTest, TheFractionLeavesHeldOutSplitsAndAlignedDigitsAlone) {
  const auto one = Make(", bias_conflicting_fraction: 0");
  const auto other = Make(", bias_conflicting_fraction: 0.3");
  EXPECT_TRUE(one->validation.inputs.equal(other->validation.inputs));
  EXPECT_TRUE(one->test.inputs.equal(other->test.inputs));
  const at::Tensor same = one->train.bias_labels.eq(other->train.bias_labels);
  EXPECT_TRUE(one->train.inputs.eq(other->train.inputs)
                  .all(3)
                  .all(2)
                  .squeeze(1)
                  .equal(same));
}

TEST(DoubleMnistTest, NormalizesAfterComposing) {
  const at::Tensor inputs = Make("")->test.Range(0, 1).value();
  EXPECT_FLOAT_EQ(inputs[0][0][27][0].item<float>(), (1 - 0.1307) / 0.3081);
  EXPECT_FLOAT_EQ(inputs[0][0][27][28].item<float>(),
                  (128 / 255. - 0.1307) / 0.3081);
  EXPECT_FLOAT_EQ(inputs[0][0][9][28].item<float>(), -0.1307 / 0.3081);
}

TEST(DoubleMnistTest, RefusesOptionsOutOfRange) {
  const struct {
    std::string options;
    std::string message;
  } kCases[] = {
      {"spurious_intensity: 0",
       "test:1:22: dataset.spurious_intensity: must be > 0, got 0"},
      {"spurious_intensity: 1.5",
       "test:1:22: dataset.spurious_intensity: must be <= 1, got 1.5"},
      {"bias_conflicting_fraction: -0.1",
       "test:1:22: dataset.bias_conflicting_fraction: must be >= 0, got -0.1"},
  };
  for (const auto& c : kCases) {
    Problems problems;
    const SpecNode node =
        ReadSpec(absl::StrCat("{name: double_mnist, ", c.options, "}"), "test",
                 0, problems);
    Datasets::Get().Read(node, "dataset", problems);
    EXPECT_EQ(Message(problems), c.message);
  }
}

TEST(DoubleMnistTest, NeedsImagesOfEveryDigit) {
  const std::string root = MakeTestFolder();
  WriteNumberedMnist(root, "t10k", kHeldOut);
  WriteTestFile(root + "/mnist/train-images-idx3-ubyte",
                Idx({1, 28, 28}, NumberedDigit(0, 0)));
  WriteTestFile(root + "/mnist/train-labels-idx1-ubyte",
                Idx({1}, std::string(1, '\0')));
  // By the rule, K = 10, f = 1: the only 0 gets the first label whose share
  // 1/9 + ... of all is more than 1/2.
  const absl::Status status =
      Datasets::Get()
          .Make(ParsePlugin<DatasetFamily>(
                    "{name: double_mnist, bias_conflicting_fraction: 1}"),
                {root, 1})
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(std::string(status.message()),
            "expected images of every class to draw from, found none of class "
            "5");
}

}  // namespace
}  // namespace bigstep
