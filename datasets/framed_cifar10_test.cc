#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "datasets/formats/numbered_images_testing.h"

namespace bigstep {
namespace {

constexpr int kTrain = 200;    // 20 of each class.
constexpr int kHeldOut = 200;  // Two for each class, colour and half.

const std::string& Root() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    WriteNumberedCifar10(*path, kTrain, kHeldOut);
    return path;
  }();
  return *root;
}

std::unique_ptr<Dataset> Make(const std::string& options) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: framed_cifar10", options, "}"), {Root(), 1});
}

// Which photograph an example shows, read in the middle.
at::Tensor Numbers(const Split& split) {
  return PhotographNumbers(split.inputs, 16, 16);
}

TEST(FramedCifar10Test, HasTheShapesOfItsTask) {
  const auto dataset = Make("");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{3, 32, 32}));
  EXPECT_EQ(dataset->task.num_classes, 10);
  EXPECT_EQ(dataset->task.num_biases, 10);
  EXPECT_FALSE(dataset->seeded);
  EXPECT_EQ(dataset->train.inputs.scalar_type(), at::kByte);
  EXPECT_TRUE(Numbers(dataset->train).equal(at::arange(kTrain)));
  EXPECT_TRUE(dataset->train.labels.equal(at::arange(kTrain).remainder(10)));
}

TEST(FramedCifar10Test, TheMaskIsTheFrame) {
  const auto dataset = Make(", frame_width: 2, frame_offset: 1");
  for (int64_t c = 0; c < 3; ++c) {
    for (int64_t row = 0; row < 32; ++row) {
      for (int64_t column = 0; column < 32; ++column) {
        // Rows and columns 1, 2, 29 and 30, but not in row or column 0 or 31.
        const int64_t distance = std::min({row, 31 - row, column, 31 - column});
        ASSERT_EQ(dataset->spurious_mask[c][row][column].item<bool>(),
                  distance == 1 || distance == 2)
            << row << " " << column;
      }
    }
  }
  // By hand: width 3 at the border is 32^2 - 26^2 pixels in three channels.
  EXPECT_EQ(Make("")->spurious_mask.sum().item<int64_t>(), 3 * 348);
}

TEST(FramedCifar10Test, PaintsTheFrameAndNothingElse) {
  const auto dataset = Make(
      ", frame_width: 2, frame_offset: 1, bias_conflicting_fraction: 0.45");
  const at::Tensor mask = dataset->spurious_mask;
  for (const Split* split :
       {&dataset->train, &dataset->validation, &dataset->test}) {
    const at::Tensor numbers = Numbers(*split);
    for (int64_t i = 0; i < split->size(); ++i) {
      // The photograph, as written: one colour everywhere.
      const int64_t number = numbers[i].item<int64_t>();
      const at::Tensor photograph =
          at::tensor({number, int64_t{0}, 20 * (number % 10) + 15}, at::kByte)
              .view({3, 1, 1})
              .expand({3, 32, 32});
      ASSERT_TRUE(split->inputs[i]
                      .masked_select(mask.logical_not())
                      .equal(photograph.masked_select(mask.logical_not())));
      // One colour along the frame.
      const at::Tensor frame =
          split->inputs[i].masked_select(mask).view({3, -1});
      ASSERT_TRUE(frame.eq(frame.slice(1, 0, 1)).all().item<bool>());
    }
  }
}

TEST(FramedCifar10Test, FramesHaveTheColorsOfTheBiasLabels) {
  const Split train = Make(", bias_conflicting_fraction: 0.45")->train;
  // 255 times the published means of colours 0 and 8 (colors.th of github
  // alinlab/LfF), cut: (0.983682, 0.312519, 0.168575) = (250.8, 79.7, 42.98)
  // and (0.207723, 0.392949, 0.018702) = (52.97, 100.2, 4.8).
  const at::Tensor zero = at::tensor({250, 79, 42}, at::kByte);
  const at::Tensor eight = at::tensor({52, 100, 4}, at::kByte);
  std::vector<at::Tensor> colors(10);
  for (int64_t i = 0; i < train.size(); ++i) {
    const at::Tensor corner = train.inputs[i].select(2, 0).select(1, 0);
    at::Tensor& color = colors[train.bias_labels[i].item<int64_t>()];
    if (!color.defined()) color = corner;
    ASSERT_TRUE(corner.equal(color)) << i;  // Whatever the photograph.
  }
  EXPECT_TRUE(colors[0].equal(zero)) << colors[0];
  EXPECT_TRUE(colors[8].equal(eight)) << colors[8];
  for (int a = 0; a < 10; ++a) {
    for (int b = 0; b < a; ++b) EXPECT_FALSE(colors[a].equal(colors[b]));
  }
}

TEST(FramedCifar10Test, ConflictsAsOftenAsTheRuleSays) {
  // By hand, n = 20 of each class, f = 0.45: one for each of nine other labels.
  const Split train = Make(", bias_conflicting_fraction: 0.45")->train;
  const at::Tensor groups =
      at::bincount(train.labels * 10 + train.bias_labels, {}, 100)
          .view({10, 10});
  EXPECT_TRUE(
      groups.equal(at::ones({10, 10}, at::kLong) + 10 * at::eye(10, at::kLong)))
      << groups;
}

TEST(FramedCifar10Test, ValidationAndTestAreDisjointUnbiasedHalves) {
  const auto dataset = Make("");
  for (const Split* split : {&dataset->validation, &dataset->test}) {
    EXPECT_TRUE(at::bincount(split->labels * 10 + split->bias_labels, {}, 100)
                    .eq(1)
                    .all()
                    .item<bool>());
    EXPECT_TRUE(split->labels.equal(Numbers(*split).remainder(10)));
  }
  const at::Tensor both =
      at::cat({Numbers(dataset->validation), Numbers(dataset->test)});
  EXPECT_TRUE(std::get<0>(both.sort()).equal(at::arange(kHeldOut)));
}

TEST(FramedCifar10Test, NormalizesAndAugmentsAsCifar10) {
  const auto dataset = Make(", augmentation: crop_flip");
  EXPECT_TRUE(dataset->train.augmentation);
  EXPECT_FALSE(dataset->test.augmentation);
  const at::Tensor inputs = dataset->test.Range(0, 1).value();
  // The green plane of every photograph here is 0.
  EXPECT_FLOAT_EQ(inputs[0][1][16][16].item<float>(), -0.482 / 0.243);
}

TEST(FramedCifar10Test, RefusesAFrameThatCoversEverything) {
  const struct {
    std::string options;
    std::string message;
  } kCases[] = {
      {"frame_width: 10, frame_offset: 6",
       "test:1:1: dataset: frame_offset 6 + frame_width 10 must be below 16 to "
       "leave something of the photograph"},
      {"frame_width: 10, frame_offset: 5", ""},
      {"frame_width: 0", "test:1:24: dataset.frame_width: must be >= 1, got 0"},
      {"frame_width: 16",
       "test:1:24: dataset.frame_width: must be <= 15, got 16"},
      {"frame_offset: -1",
       "test:1:24: dataset.frame_offset: must be >= 0, got -1"},
      {"bias_conflicting_fraction: 1.5",
       "test:1:24: dataset.bias_conflicting_fraction: must be <= 1, got 1.5"},
  };
  for (const auto& c : kCases) {
    Problems problems;
    const SpecNode node =
        ReadSpec(absl::StrCat("{name: framed_cifar10, ", c.options, "}"),
                 "test", 0, problems);
    Datasets::Get().Read(node, "dataset", problems);
    EXPECT_EQ(Message(problems), c.message);
  }
}

}  // namespace
}  // namespace bigstep
