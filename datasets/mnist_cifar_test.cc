#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "datasets/formats/numbered_images_testing.h"

namespace bigstep {
namespace {

using testing::ElementsAre;

constexpr int kTrain = 400;    // 40 of each class.
constexpr int kHeldOut = 400;  // 40 of each class.
constexpr char kAllClasses[] =
    ", mnist_classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
    ", cifar_classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";

const std::string& Root() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    WriteNumberedMnist(*path, "train", kTrain);
    WriteNumberedMnist(*path, "t10k", kHeldOut);
    WriteNumberedCifar10(*path, kTrain, kHeldOut);
    return path;
  }();
  return *root;
}

std::unique_ptr<Dataset> Make(const std::string& options, int64_t seed = 1) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: mnist_cifar", options, "}"), {Root(), seed});
}

at::Tensor Longs(const std::vector<int64_t>& values) {
  return at::tensor(values, at::kLong);
}

// Numbers of the photographs, below, and of the digits, above and padded by 2.
at::Tensor Photographs(const Split& split) {
  return PhotographNumbers(split.inputs, 63, 31);
}
at::Tensor Digits(const Split& split) {
  return NumbersAt(split.inputs.select(1, 0), /*row=*/2 + 1, /*column=*/2);
}

// 0 for class 1 and 1 for class 9, the default photographs.
at::Tensor LabelOfPhotographs(const Split& split) {
  return Photographs(split).remainder(10).eq(9).to(at::kLong);
}

std::vector<const Split*> AllSplits(const Dataset& dataset) {
  std::vector<const Split*> splits;
  for (const std::string& name : dataset.SplitNames()) {
    splits.push_back(dataset.Find(name));
  }
  return splits;
}

TEST(MnistCifarTest, HasTheShapesOfItsTask) {
  const auto dataset = Make("");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{3, 64, 32}));
  EXPECT_EQ(dataset->task.num_classes, 2);
  EXPECT_EQ(dataset->task.num_biases, 2);
  EXPECT_TRUE(dataset->seeded);
  EXPECT_THAT(dataset->class_names, ElementsAre("automobile", "truck"));
  EXPECT_THAT(dataset->bias_names, ElementsAre("0", "1"));
  EXPECT_THAT(dataset->SplitNames(),
              ElementsAre("train", "validation", "test", "cifar_randomized",
                          "mnist_randomized"));
}

TEST(MnistCifarTest, PhotographsBelowAreTheLabel) {
  const auto dataset = Make("");
  const Split& train = dataset->train;
  // Automobiles (1) and trucks (9), in file order.
  std::vector<int64_t> expected;
  for (int64_t i = 0; i < kTrain; ++i) {
    if (i % 10 == 1 || i % 10 == 9) expected.push_back(i);
  }
  EXPECT_TRUE(Photographs(train).equal(Longs(expected)));
  for (const Split* split :
       {&dataset->train, &dataset->validation, &dataset->test}) {
    EXPECT_TRUE(split->labels.equal(LabelOfPhotographs(*split)));
    // Every pixel as written.
    const at::Tensor photographs = split->inputs.slice(2, 32);
    EXPECT_TRUE(photographs.eq(photographs.slice(2, 0, 1).slice(3, 0, 1))
                    .all()
                    .item<bool>());
    EXPECT_TRUE(
        photographs.select(3, 0).select(2, 0).select(1, 2).to(at::kLong).equal(
            Photographs(*split).remainder(10) * 20 + 15));
  }
}

TEST(MnistCifarTest, DigitsAboveAreTheBiasLabel) {
  const auto dataset = Make(", bias_conflicting_fraction: 0.3");
  for (const Split* split : AllSplits(*dataset)) {
    EXPECT_TRUE(Digits(*split).remainder(10).equal(split->bias_labels));
    const at::Tensor top = split->inputs.slice(2, 0, 32);
    // Gray, padded by 2, with the rows that NumberedDigit writes.
    EXPECT_TRUE(top.eq(top.slice(1, 0, 1)).all().item<bool>());
    const at::Tensor inner = top.slice(2, 2, 30).slice(3, 2, 30);
    EXPECT_EQ(top.to(at::kLong).sum().item<int64_t>(),
              inner.to(at::kLong).sum().item<int64_t>());
    EXPECT_TRUE(inner.select(2, 27).eq(255).all().item<bool>());
    EXPECT_TRUE(inner.select(2, 0)
                    .select(1, 0)
                    .to(at::kLong)
                    .eq((split->bias_labels * 20 + 15).unsqueeze(1))
                    .all()
                    .item<bool>());
  }
}

TEST(MnistCifarTest, ConflictsAsOftenAsTheRuleSays) {
  // By hand, n = 40 of each class, f = 0.3.
  const Split train = Make(", bias_conflicting_fraction: 0.3")->train;
  EXPECT_TRUE(at::bincount(train.labels * 2 + train.bias_labels, {}, 4)
                  .equal(Longs({28, 12, 12, 28})));
  // Shah et al.: both blocks always agree.
  const Split none = Make(", bias_conflicting_fraction: 0")->train;
  EXPECT_TRUE(none.labels.equal(none.bias_labels));
}

TEST(MnistCifarTest, ValidationAndTestAreUnbiasedAndShareNothing) {
  const auto dataset = Make("");
  for (const Split* split : {&dataset->validation, &dataset->test}) {
    // 40 of each class over two digits and two halves.
    EXPECT_TRUE(at::bincount(split->labels * 2 + split->bias_labels, {}, 4)
                    .eq(10)
                    .all()
                    .item<bool>());
  }
  const auto disjoint = [](const at::Tensor& a, const at::Tensor& b) {
    return !a.unsqueeze(1).eq(b.unsqueeze(0)).any().item<bool>();
  };
  EXPECT_TRUE(
      disjoint(Photographs(dataset->validation), Photographs(dataset->test)));
  EXPECT_TRUE(disjoint(Digits(dataset->validation), Digits(dataset->test)));
}

TEST(MnistCifarTest, PairsAnyNumberOfClassesInOrder) {
  const auto ten = Make(kAllClasses);
  EXPECT_OK(CheckDataset(*ten));
  EXPECT_EQ(ten->task.num_classes, 10);
  EXPECT_EQ(ten->train.size(), kTrain);
  EXPECT_TRUE(ten->train.labels.equal(at::arange(kTrain).remainder(10)));
  EXPECT_TRUE(Digits(ten->test).remainder(10).equal(ten->test.bias_labels));

  const auto three =
      Make(", mnist_classes: [7, 0, 3], cifar_classes: [2, 9, 1]");
  EXPECT_OK(CheckDataset(*three));
  const at::Tensor cifar = Longs({2, 9, 1}), mnist = Longs({7, 0, 3});
  EXPECT_TRUE(Photographs(three->train)
                  .remainder(10)
                  .equal(cifar.index_select(0, three->train.labels)));
  EXPECT_TRUE(Digits(three->train)
                  .remainder(10)
                  .equal(mnist.index_select(0, three->train.bias_labels)));
}

TEST(MnistCifarTest, GroupsClasses) {
  const auto dataset =
      Make(", cifar_classes: [0 1 2 3 4, 5 6 7 8 9], mnist_classes: [4 2, 3]");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.num_classes, 2);
  EXPECT_EQ(dataset->train.size(), kTrain);
  EXPECT_TRUE(dataset->train.labels.equal(
      Photographs(dataset->train).remainder(10).ge(5).to(at::kLong)));
  EXPECT_EQ(dataset->class_names[0],
            "airplane + automobile + bird + cat + deer");
  EXPECT_THAT(dataset->bias_names, ElementsAre("4 + 2", "3"));
  const at::Tensor digit = Digits(dataset->train).remainder(10);
  EXPECT_TRUE(dataset->train.bias_labels.equal(digit.eq(3).to(at::kLong)));
  // Both digits of the first label occur: 200 draws of one of two.
  EXPECT_TRUE(digit.eq(4).any().item<bool>());
  EXPECT_TRUE(digit.eq(2).any().item<bool>());
}

TEST(MnistCifarTest, RandomizedDigitsAreOfNoUse) {
  const auto dataset = Make(kAllClasses);
  const Split& test = dataset->test;
  const Split& split = dataset->extra_tests.at("mnist_randomized");
  EXPECT_TRUE(Photographs(split).equal(Photographs(test)));
  EXPECT_TRUE(split.labels.equal(test.labels));
  // A permutation of the digits of the labels: each digit as often.
  EXPECT_TRUE(at::bincount(split.bias_labels, {}, 10)
                  .equal(at::bincount(split.labels, {}, 10)));
  // Among 200, a random digit agrees 20 times; 6 standard deviations are 25.
  EXPECT_LT(split.bias_labels.eq(split.labels).sum().item<int64_t>(), 45);
}

TEST(MnistCifarTest, RandomizedPhotographsAreOfNoUse) {
  const auto dataset = Make(kAllClasses);
  const Split& test = dataset->test;
  const Split& split = dataset->extra_tests.at("cifar_randomized");
  EXPECT_TRUE(split.labels.equal(test.labels));
  EXPECT_TRUE(split.bias_labels.equal(test.labels));
  EXPECT_TRUE(Digits(split).remainder(10).equal(split.labels));
  const at::Tensor photographs = Photographs(split);
  EXPECT_TRUE(std::get<0>(photographs.sort())
                  .equal(std::get<0>(Photographs(test).sort())));
  EXPECT_LT(photographs.remainder(10).eq(split.labels).sum().item<int64_t>(),
            45);
}

TEST(MnistCifarTest, TheMaskIsTheUpperHalf) {
  const auto dataset = Make("");
  EXPECT_TRUE(dataset->spurious_mask.slice(1, 0, 32).all().item<bool>());
  EXPECT_FALSE(dataset->spurious_mask.slice(1, 32).any().item<bool>());
  // Another seed draws other digits and changes nothing outside.
  const auto other = Make("", 2);
  const at::Tensor changed =
      dataset->train.inputs.ne(other->train.inputs).any(0);
  EXPECT_TRUE(changed.any().item<bool>());
  EXPECT_FALSE(changed.logical_and(dataset->spurious_mask.logical_not())
                   .any()
                   .item<bool>());
}

TEST(MnistCifarTest, TheFractionLeavesHeldOutSplitsAlone) {
  const auto one = Make(", bias_conflicting_fraction: 0");
  const auto other = Make(", bias_conflicting_fraction: 0.3");
  const auto splits = AllSplits(*one), others = AllSplits(*other);
  EXPECT_FALSE(splits[0]->inputs.equal(others[0]->inputs));
  for (size_t i = 1; i < splits.size(); ++i) {
    EXPECT_TRUE(splits[i]->inputs.equal(others[i]->inputs)) << i;
  }
}

TEST(MnistCifarTest, AugmentsThePhotographAlone) {
  const auto dataset = Make(", augmentation: crop_flip");
  const Split& train = dataset->train;
  EXPECT_FALSE(dataset->test.augmentation);
  const at::Tensor indices = at::arange(2, at::kLong);
  const at::Tensor plain = train.Stored(indices).value();
  // Draws 0 and 1 choose the rows and columns to crop at among nine each, of an
  // image padded by 4: 0 takes the first, so that 4 black ones show.
  const at::Tensor draws = at::zeros({2, kAugmentationDraws}, at::kDouble);
  const at::Tensor cropped = train.Stored(indices, draws).value();
  EXPECT_TRUE(cropped.slice(2, 0, 32).equal(plain.slice(2, 0, 32)));
  EXPECT_TRUE(cropped.slice(2, 32, 36).eq(0).all().item<bool>());
  EXPECT_TRUE(cropped.slice(2, 36).slice(3, 0, 28).equal(
      plain.slice(2, 36).slice(3, 0, 28)));
  EXPECT_FALSE(Make("")->train.augmentation);
}

TEST(MnistCifarTest, LeavesPixelsAsTheyAre) {
  const at::Tensor inputs = Make("")->train.Range(0, 1).value();
  // Photograph number 1.
  EXPECT_FLOAT_EQ(inputs[0][0][40][9].item<float>(), 1 / 255.f);
}

TEST(MnistCifarTest, ASubsetIsDrawnFromTheTrainingImagesAlone) {
  const auto whole = Make(", bias_conflicting_fraction: 0.25");
  const auto half = Make(", bias_conflicting_fraction: 0.25, subset: 40");
  // 40 photographs of each of two labels, 10 of them conflicting: half of each.
  EXPECT_EQ(whole->train.size(), 80);
  EXPECT_TRUE(at::bincount(half->train.labels * 2 + half->train.bias_labels)
                  .equal(Longs({15, 5, 5, 15})));
  for (const std::string& name : whole->SplitNames()) {
    if (name == "train") continue;
    EXPECT_TRUE(half->Find(name)->inputs.equal(whole->Find(name)->inputs));
  }
}

TEST(MnistCifarTest, RefusesClassesThatDoNotPair) {
  const struct {
    std::string options;
    std::string message;
  } kCases[] = {
      {"mnist_classes: [0, 10]",
       "mnist_classes[1]: expected class numbers from 0 to 9 separated by "
       "blanks, got '10'"},
      {"cifar_classes: [1 x, 9]",
       "cifar_classes[0]: expected class numbers from 0 to 9 separated by "
       "blanks, got '1 x'"},
      {"cifar_classes: [1, -9]",
       "cifar_classes[1]: expected class numbers from 0 to 9 separated by "
       "blanks, got '-9'"},
      {"cifar_classes: [1 2, 2 3]", "cifar_classes[1]: class 2 is there twice"},
      {"mnist_classes: [0, ' ']", "mnist_classes[1]: no class"},
      {"mnist_classes: [0, 1, 2]",
       "expected two labels or more, each with an item of mnist_classes and "
       "one of cifar_classes, found 3 and 2 items"},
      {"mnist_classes: [0], cifar_classes: [1]",
       "expected two labels or more, each with an item of mnist_classes and "
       "one of cifar_classes, found 1 and 1 items"},
      {"mnist_classes: [], cifar_classes: []",
       "expected two labels or more, each with an item of mnist_classes and "
       "one of cifar_classes, found 0 and 0 items"},
  };
  for (const auto& c : kCases) {
    Problems problems;
    const SpecNode node =
        ReadSpec(absl::StrCat("{name: mnist_cifar, ", c.options, "}"), "test",
                 0, problems);
    Datasets::Get().Read(node, "dataset", problems);
    EXPECT_EQ(Message(problems),
              absl::StrCat("test:1:1: dataset: ", c.message));
  }
}

}  // namespace
}  // namespace bigstep
