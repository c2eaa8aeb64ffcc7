#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/bias/testing.h"
#include "datasets/dataset.h"
#include "datasets/formats/testing.h"

namespace bigstep {
namespace {

// Mean colours published by Nam et al. (colors.th of github alinlab/LfF).
constexpr double kPublishedColors[10][3] = {
    {0.983682, 0.312519, 0.168575}, {0.990530, 0.915605, 0.351512},
    {0.672964, 0.461070, 0.579808}, {0.783252, 0.831556, 0.601329},
    {0.088016, 0.777963, 0.981808}, {0.321393, 0.961055, 0.446450},
    {0.024616, 0.235650, 0.758666}, {0.555247, 0.101580, 0.761763},
    {0.207723, 0.392949, 0.018702}, {0.833658, 0.202409, 0.266943},
};
// Their noise at severity 1 to 5.
constexpr double kPublishedNoise[] = {0.05, 0.02, 0.01, 0.005, 0.002};

constexpr int kTrain = 300;    // 30 of each class.
constexpr int kHeldOut = 430;  // 43 of each class.
constexpr int kIdPixels = 10;  // Row 1: the position in the file, in binary.

int64_t Label(int position) { return position % 10; }

// Gray images that are black except for row 0, which is white, pixel (2, 0),
// which is 128, and row 1, which says in white bits which image it is.
std::string FakeImages(int n) {
  std::string data;
  for (int i = 0; i < n; ++i) {
    std::string image(784, '\0');
    std::fill_n(image.begin(), 28, '\xff');
    for (int bit = 0; bit < kIdPixels; ++bit) {
      if (i >> bit & 1) image[28 + bit] = '\xff';
    }
    image[56] = '\x80';
    data += image;
  }
  return Idx({static_cast<uint32_t>(n), 28, 28}, data);
}

std::string FakeLabels(int n) {
  std::string data;
  for (int i = 0; i < n; ++i) data += static_cast<char>(Label(i));
  return Idx({static_cast<uint32_t>(n)}, data);
}

// A data root with a tiny MNIST, written once.
const std::string& FakeRoot() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    const std::string folder = *path + "/mnist/";
    WriteTestFile(folder + "train-images-idx3-ubyte", FakeImages(kTrain));
    WriteTestFile(folder + "train-labels-idx1-ubyte", FakeLabels(kTrain));
    WriteTestFile(folder + "t10k-images-idx3-ubyte", FakeImages(kHeldOut));
    WriteTestFile(folder + "t10k-labels-idx1-ubyte", FakeLabels(kHeldOut));
    return path;
  }();
  return *root;
}

std::unique_ptr<Dataset> Make(const std::string& options, int64_t seed = 1) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: colored_mnist, ", options, "}"), {FakeRoot(), seed});
}

// [N, 3] bytes of one pixel as int64.
at::Tensor Pixel(const Split& split, int64_t row, int64_t column) {
  return split.inputs.select(3, column).select(2, row).to(at::kLong);
}

// Which image of the file an example shows.
std::vector<int64_t> Ids(const Split& split) {
  at::Tensor ids = at::zeros({split.size()}, at::kLong);
  for (int bit = 0; bit < kIdPixels; ++bit) {
    // No published colour is black: some channel of a white pixel is lit.
    ids += Pixel(split, 1, bit).sum(1).gt(0).to(at::kLong) * (1 << bit);
  }
  return {ids.data_ptr<int64_t>(), ids.data_ptr<int64_t>() + ids.numel()};
}

// [N, 3] in [0, 1]: the colour of white, known up to the cut to bytes; the
// middle of the possible values.
at::Tensor Colors(const Split& split) {
  return (Pixel(split, 0, 0).to(at::kDouble) + 0.5) / 255;
}

TEST(ColoredMnistTest, HasTheShapesOfItsTask) {
  const auto dataset = Make("bias_conflicting_fraction: 0.1");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{3, 28, 28}));
  EXPECT_EQ(dataset->task.num_classes, 10);
  EXPECT_EQ(dataset->task.num_biases, 10);
  EXPECT_EQ(dataset->train.size(), kTrain);
  EXPECT_EQ(dataset->validation.size() + dataset->test.size(), kHeldOut);
  // Bytes: a fourth of the memory of floats.
  EXPECT_EQ(dataset->train.inputs.scalar_type(), at::kByte);
  EXPECT_EQ(dataset->test.inputs.scalar_type(), at::kByte);
}

TEST(ColoredMnistTest, KeepsImagesAndLabelsInFileOrder) {
  const auto dataset = Make("bias_conflicting_fraction: 0.1");
  const std::vector<int64_t> ids = Ids(dataset->train);
  for (int i = 0; i < kTrain; ++i) {
    ASSERT_EQ(ids[i], i);
    ASSERT_EQ(dataset->train.labels[i].item<int64_t>(), Label(i));
  }
}

// The position of training image i in its class is i / 10.
TEST(ColoredMnistTest, AssignsBiasLabelsByThePublishedRule) {
  const auto dataset = Make("bias_conflicting_fraction: 0.3");
  for (int i = 0; i < kTrain; ++i) {
    // By hand, n = 30 of each class y, f = 0.3: one for each k != y, 21 for y.
    const int64_t y = Label(i);
    const int64_t position = i / 10;
    const int64_t expected = position < y        ? position
                             : position < y + 21 ? y
                                                 : position - 20;
    ASSERT_EQ(dataset->train.bias_labels[i].item<int64_t>(), expected) << i;
  }
}

TEST(ColoredMnistTest, NothingConflictsAtFractionZero) {
  const auto dataset = Make("bias_conflicting_fraction: 0");
  EXPECT_TRUE(dataset->train.labels.equal(dataset->train.bias_labels));
}

TEST(ColoredMnistTest, PaintsInThePublishedColors) {
  for (int severity = 1; severity <= 5; ++severity) {
    const auto dataset = Make(
        absl::StrCat("bias_conflicting_fraction: 0.3, severity: ", severity));
    // Six standard deviations (one value in 5e8 is further off) and half a
    // byte for the cut.
    const double margin = 6 * kPublishedNoise[severity - 1] + 0.5 / 255;
    for (const Split* split :
         {&dataset->train, &dataset->validation, &dataset->test}) {
      const at::Tensor colors = Colors(*split);
      for (int64_t i = 0; i < split->size(); ++i) {
        const int64_t bias = split->bias_labels[i].item<int64_t>();
        for (int64_t c = 0; c < 3; ++c) {
          ASSERT_NEAR(colors[i][c].item<double>(), kPublishedColors[bias][c],
                      margin)
              << "example " << i << " bias label " << bias << " channel " << c;
        }
      }
    }
  }
}

TEST(ColoredMnistTest, NoiseHasThePublishedSpread) {
  for (int severity = 1; severity <= 5; ++severity) {
    const double sigma = kPublishedNoise[severity - 1];
    // Everything in colour 2, of which no channel comes near 0 or 1: bias label
    // 2 for the 30 images of class 2.
    const auto dataset = Make(
        absl::StrCat("bias_conflicting_fraction: 0, severity: ", severity));
    const at::Tensor picked =
        dataset->train.bias_labels.eq(2).nonzero().squeeze(1);
    const at::Tensor off = Colors(dataset->train).index_select(0, picked) -
                           at::tensor({0.672964, 0.461070, 0.579808});
    ASSERT_EQ(off.numel(), 90);
    // The cut to bytes adds a variance of 1/12 byte.
    const double expected = std::sqrt(sigma * sigma + 1 / (12. * 255 * 255));
    const double measured = off.square().mean().sqrt().item<double>();
    // The spread of 90 draws has a relative standard deviation of
    // 1 / sqrt(2 * 90) = 7.5 %. Six of these; the levels lie further apart.
    EXPECT_NEAR(measured / expected, 1, 0.45) << "severity " << severity;
    // Each image and each channel has noise of its own: squares of differences
    // average 2 (30 or more of them, standard deviation at most 0.52), not 0.
    const at::Tensor z = off / expected;
    const auto mean_square = [](const at::Tensor& x) {
      return x.square().mean().item<double>();
    };
    EXPECT_GT(mean_square(z.select(1, 0) - z.select(1, 1)), 0.5);
    EXPECT_GT(mean_square(z.select(1, 1) - z.select(1, 2)), 0.5);
    EXPECT_GT(mean_square(z.slice(0, 1) - z.slice(0, 0, 29)), 0.5);
  }
}

TEST(ColoredMnistTest, ColorMultipliesGray) {
  const auto dataset = Make("bias_conflicting_fraction: 0.3, severity: 1");
  const Split& train = dataset->train;
  const at::Tensor white = Pixel(train, 0, 0);
  const at::Tensor gray = Pixel(train, 2, 0);
  // One colour for the whole image.
  EXPECT_TRUE(white.equal(Pixel(train, 0, 27)));
  // 255 c lies in [white, white + 1); so does 128 c, scaled, and is cut.
  EXPECT_TRUE(gray.ge((white * 128).div(255, "floor")).all().item<bool>());
  EXPECT_TRUE(
      gray.le(((white + 1) * 128).div(255, "floor")).all().item<bool>());
  // Black stays black, in every row that the fake images leave empty.
  EXPECT_EQ(train.inputs.slice(2, 3).to(at::kLong).sum().item<int64_t>(), 0);
  // In the form that a model gets, the largest value is at most 1.
  const at::Tensor inputs = train.Range(0, train.size()).value();
  EXPECT_GE(inputs.min().item<float>(), 0);
  EXPECT_LE(inputs.max().item<float>(), 1);
  EXPECT_GT(inputs.max().item<float>(), 0.9);
}

TEST(ColoredMnistTest, ValidationAndTestShareTheHeldOutImages) {
  const auto dataset = Make("bias_conflicting_fraction: 0.1");
  const std::vector<int64_t> validation = Ids(dataset->validation);
  const std::vector<int64_t> test = Ids(dataset->test);
  std::set<int64_t> all(validation.begin(), validation.end());
  all.insert(test.begin(), test.end());
  EXPECT_EQ(all.size(), validation.size() + test.size());  // Disjoint.
  EXPECT_EQ(static_cast<int>(all.size()), kHeldOut);
  EXPECT_EQ(*all.rbegin(), kHeldOut - 1);
  EXPECT_TRUE(std::is_sorted(validation.begin(), validation.end()));
  EXPECT_TRUE(std::is_sorted(test.begin(), test.end()));
  for (size_t i = 0; i < test.size(); ++i) {
    ASSERT_EQ(dataset->test.labels[i].item<int64_t>(), Label(test[i]));
  }
}

TEST(ColoredMnistTest, HeldOutSplitsAreUnbiased) {
  ExpectUnbiasedHeldOut(*Make("bias_conflicting_fraction: 0.01"));
}

TEST(ColoredMnistTest, TheSeedDecidesTheNoiseAlone) {
  const std::string options = "bias_conflicting_fraction: 0.1";
  ExpectSeedDecidesInputs(*Make(options, 1), *Make(options, 1),
                          *Make(options, 2));
}

TEST(ColoredMnistTest, TheFractionLeavesHeldOutSplitsAlone) {
  ExpectFractionDecidesTraining(*Make("bias_conflicting_fraction: 0.01"),
                                *Make("bias_conflicting_fraction: 0.3"));
}

TEST(ColoredMnistTest, ASubsetKeepsTheShareOfEachPairOfDigitAndColour) {
  const auto whole = Make("bias_conflicting_fraction: 0.9");
  const auto third = Make("bias_conflicting_fraction: 0.9, subset: 100");
  const auto groups = [](const Split& split) {
    return at::bincount(split.labels * 10 + split.bias_labels, {}, 100);
  };
  // 30 images of each class, three in each colour.
  EXPECT_TRUE(groups(whole->train).eq(3).all().item<bool>());
  EXPECT_TRUE(groups(third->train).eq(1).all().item<bool>());
  // The images are as they are in the whole set.
  EXPECT_TRUE(third->train.inputs.equal(whole->train.inputs.index_select(
      0, at::tensor(Ids(third->train), at::kLong))));
  EXPECT_TRUE(Equal(third->test, whole->test));
}

TEST(ColoredMnistTest, SaysWhatIsMissing) {
  const std::string root = MakeTestFolder();
  const absl::Status status =
      Datasets::Get()
          .Make(ParsePlugin<DatasetFamily>("colored_mnist"), {root, 1})
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(
      std::string(status.message()),
      testing::StartsWith(absl::StrCat(
          "found neither ", root, "/mnist/train-images-idx3-ubyte.gz nor ")));
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("--data_root"));
}

TEST(ColoredMnistTest, NeedsTheHeldOutFilesToo) {
  const std::string root = MakeTestFolder();
  WriteTestFile(root + "/mnist/train-images-idx3-ubyte", FakeImages(10));
  WriteTestFile(root + "/mnist/train-labels-idx1-ubyte", FakeLabels(10));
  const absl::Status status =
      Datasets::Get()
          .Make(ParsePlugin<DatasetFamily>("colored_mnist"), {root, 1})
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("t10k-images-idx3-ubyte"));
}

}  // namespace
}  // namespace bigstep
