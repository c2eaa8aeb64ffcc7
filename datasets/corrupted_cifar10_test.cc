#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/bias/testing.h"
#include "datasets/corruptions/frost_testing.h"
#include "datasets/dataset.h"
#include "datasets/formats/testing.h"

namespace bigstep {
namespace {

constexpr int kTrain = 300;    // 30 of each class.
constexpr int kHeldOut = 430;  // 43 of each class.

int64_t Label(int position) { return position % 10; }

// The gray value of an image shows its position in its class.
int64_t Gray(int position) { return 60 + position / 10; }

std::vector<std::string> Records(int n) {
  std::vector<std::string> records;
  for (int i = 0; i < n; ++i) {
    records.push_back(CifarRecord(std::string(1, static_cast<char>(Label(i))),
                                  static_cast<char>(Gray(i))));
  }
  return records;
}

// A data root with a tiny CIFAR-10 and photographs, written once.
const std::string& FakeRoot() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    WriteCifar10(*path, Records(kTrain), Records(kHeldOut));
    WriteFrostPhotographs(*path, 200, 180);
    return path;
  }();
  return *root;
}

std::unique_ptr<Dataset> Make(const std::string& options, int64_t seed = 1) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: corrupted_cifar10, ", options, "}"),
      {FakeRoot(), seed});
}

absl::Status Failure(const std::string& options, const std::string& root) {
  return Datasets::Get()
      .Make(ParsePlugin<DatasetFamily>(
                absl::StrCat("{name: corrupted_cifar10, ", options, "}")),
            {root, 1})
      .status();
}

// The inputs of the examples with one bias label [M, 3, 32, 32] and the gray
// that each had in the files [M, 1, 1, 1].
struct Corrupted {
  at::Tensor inputs, gray;
};

Corrupted TrainImagesWith(const Dataset& dataset, int64_t bias) {
  const at::Tensor picked =
      dataset.train.bias_labels.eq(bias).nonzero().squeeze(1);
  return {dataset.train.inputs.index_select(0, picked).to(at::kLong),
          (60 + picked.div(10, "floor")).view({-1, 1, 1, 1})};
}

TEST(CorruptedCifar10Test, HasTheShapesOfItsTask) {
  const auto dataset = Make("bias_conflicting_fraction: 0.1");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{3, 32, 32}));
  EXPECT_EQ(dataset->task.num_classes, 10);
  EXPECT_EQ(dataset->task.num_biases, 10);
  EXPECT_EQ(dataset->train.size(), kTrain);
  EXPECT_EQ(dataset->validation.size() + dataset->test.size(), kHeldOut);
  // Bytes: a fourth of the memory of floats.
  EXPECT_EQ(dataset->train.inputs.scalar_type(), at::kByte);
  EXPECT_EQ(dataset->test.inputs.scalar_type(), at::kByte);
}

TEST(CorruptedCifar10Test, NamesClassesAndCorruptions) {
  const auto type0 = Make("corruptions: type0");
  EXPECT_EQ(type0->class_names[1], "automobile");
  EXPECT_EQ(type0->bias_names[0], "snow");
  EXPECT_EQ(type0->bias_names[9], "saturate");
  const auto type1 = Make("corruptions: type1");
  EXPECT_EQ(type1->bias_names[0], "gaussian_noise");
  EXPECT_EQ(type1->bias_names[9], "original");
}

// The position of training image i in its class is i / 10.
TEST(CorruptedCifar10Test, AssignsBiasLabelsByThePublishedRule) {
  const auto dataset = Make("bias_conflicting_fraction: 0.3");
  for (int i = 0; i < kTrain; ++i) {
    // By hand, n = 30 of each class y, f = 0.3: one for each k != y, 21 for y.
    const int64_t y = Label(i);
    const int64_t position = i / 10;
    const int64_t expected = position < y        ? position
                             : position < y + 21 ? y
                                                 : position - 20;
    ASSERT_EQ(dataset->train.labels[i].item<int64_t>(), y) << i;
    ASSERT_EQ(dataset->train.bias_labels[i].item<int64_t>(), expected) << i;
  }
}

// By hand: brightness adds 0.05 to 0.3 of 255, cut to bytes, and leaves gray
// images gray.
TEST(CorruptedCifar10Test, Type0CorruptsAtItsLevel) {
  const std::vector<int64_t> added = {12, 25, 38, 51, 76};
  for (int level = 1; level <= 5; ++level) {
    const auto dataset =
        Make(absl::StrCat("bias_conflicting_fraction: 0.3, level: ", level));
    const Corrupted bright = TrainImagesWith(*dataset, 3);
    ASSERT_EQ(bright.inputs.size(0), 30);
    const at::Tensor found = bright.inputs - bright.gray;
    // At level 4 it is 51 to rounding: some are cut to 50.
    EXPECT_GE(found.min().item<int64_t>(), added[level - 1] - (level == 4));
    EXPECT_LE(found.max().item<int64_t>(), added[level - 1]);
  }
}

TEST(CorruptedCifar10Test, Type1LeavesOneOriginal) {
  const auto dataset =
      Make("bias_conflicting_fraction: 0.3, corruptions: type1");
  const Corrupted original = TrainImagesWith(*dataset, 9);
  ASSERT_EQ(original.inputs.size(0), 30);
  EXPECT_TRUE(original.inputs.eq(original.gray).all().item<bool>());
  const Corrupted noisy = TrainImagesWith(*dataset, 0);
  EXPECT_FALSE(noisy.inputs.eq(noisy.gray).all().item<bool>());
}

// By hand, level 5: 0.75 * gray + 0.45 * frost, where the photographs of
// frost_testing.h reach from 100 to 229; procedural textures are darker and
// brighter.
TEST(CorruptedCifar10Test, FrostComesFromThePhotographs) {
  const Corrupted frosted = TrainImagesWith(*Make(""), 1);
  const at::Tensor frost = (frosted.inputs - 0.75 * frosted.gray) / 0.45;
  EXPECT_GE(frost.min().item<double>(), 100 - 1 / 0.45);
  EXPECT_LE(frost.max().item<double>(), 229);
  const Corrupted made = TrainImagesWith(*Make("frost: procedural"), 1);
  const at::Tensor texture = (made.inputs - 0.75 * made.gray) / 0.45;
  EXPECT_LT(texture.min().item<double>(), 90);
  EXPECT_GT(texture.max().item<double>(), 235);
}

TEST(CorruptedCifar10Test, HeldOutSplitsAreUnbiased) {
  ExpectUnbiasedHeldOut(*Make("bias_conflicting_fraction: 0.01"));
}

// In type1 bias label 9 shows the original, whose gray shows its place.
TEST(CorruptedCifar10Test, ValidationAndTestShareTheHeldOutImages) {
  const auto dataset = Make("corruptions: type1");
  std::set<std::pair<int64_t, int64_t>> seen;  // (label, place in its class)
  for (const Split* split : {&dataset->validation, &dataset->test}) {
    for (int64_t i = 0; i < split->size(); ++i) {
      if (split->bias_labels[i].item<int64_t>() != 9) continue;
      const int64_t place = split->inputs[i][0][0][0].item<int64_t>() - 60;
      EXPECT_GE(place, 0);
      EXPECT_LT(place, kHeldOut / 10);
      seen.insert({split->labels[i].item<int64_t>(), place});
    }
  }
  // By hand: of 43 in each of ten classes, round(43 * 0.9) = 39 go to the other
  // labels, and four to label 9.
  EXPECT_EQ(seen.size(), 40u);
}

TEST(CorruptedCifar10Test, TheSeedDecidesTheCorruptionsAlone) {
  const std::string options = "bias_conflicting_fraction: 0.1";
  ExpectSeedDecidesInputs(*Make(options, 1), *Make(options, 1),
                          *Make(options, 2));
}

TEST(CorruptedCifar10Test, TheFractionLeavesHeldOutSplitsAlone) {
  ExpectFractionDecidesTraining(*Make("bias_conflicting_fraction: 0.01"),
                                *Make("bias_conflicting_fraction: 0.3"));
}

TEST(CorruptedCifar10Test, NormalizesAsThePaperDoes) {
  const auto dataset = Make("corruptions: type1, bias_conflicting_fraction: 0");
  const auto batch =
      dataset->train.Range(9, 10);  // Class 9: original, gray 60.
  ASSERT_OK(batch);
  const double mean[] = {0.4914, 0.4822, 0.4465};
  const double stddev[] = {0.2023, 0.1994, 0.2010};
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR((*batch)[0][c][5][5].item<double>(),
                (60 / 255. - mean[c]) / stddev[c], 1e-6);
  }
  EXPECT_TRUE(dataset->train.augmentation == nullptr);
}

TEST(CorruptedCifar10Test, AugmentsTrainingImagesIfAsked) {
  const auto dataset = Make("augmentation: crop_flip, subset: 0.5");
  EXPECT_FALSE(dataset->train.augmentation == nullptr);
  EXPECT_TRUE(dataset->test.augmentation == nullptr);
  EXPECT_EQ(dataset->train.size(), kTrain / 2);
}

TEST(CorruptedCifar10Test, SaysWhatIsMissing) {
  const std::string root = MakeTestFolder();
  const absl::Status no_images = Failure("frost: procedural", root);
  EXPECT_EQ(no_images.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(no_images.message()),
              testing::HasSubstr("/cifar-10-batches-bin/data_batch_1.bin"));
  EXPECT_THAT(std::string(no_images.message()),
              testing::HasSubstr("--data_root"));

  WriteCifar10(root, Records(50), Records(50));
  const absl::Status no_frost = Failure("corruptions: type0", root);
  EXPECT_EQ(no_frost.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(no_frost.message()),
              testing::HasSubstr("/frost/frost1.png"));
}

TEST(CorruptedCifar10Test, NeedsPhotographsForTheirFrostOnly) {
  const std::string root = MakeTestFolder();
  WriteCifar10(root, Records(50), Records(50));
  EXPECT_OK(Failure("frost: procedural", root));
  EXPECT_OK(Failure("corruptions: type1", root));
}

}  // namespace
}  // namespace bigstep
