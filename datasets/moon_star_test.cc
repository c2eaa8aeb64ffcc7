#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

constexpr char kPublished[] =
    ", size: 200, num_train: 400, num_validation: 40, num_test: 2000";

std::unique_ptr<Dataset> Make(const std::string& options, int64_t seed = 1) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: moon_star", options, "}"), {"", seed});
}

// The rows and columns that a shape covers, and its number of pixels.
struct Extent {
  int64_t top, bottom, left, right, pixels;
};

Extent ExtentOf(const at::Tensor& image) {
  const at::Tensor lit = image.squeeze(0).gt(0);
  const at::Tensor rows = lit.any(1).nonzero(), columns = lit.any(0).nonzero();
  return {rows.min().item<int64_t>(), rows.max().item<int64_t>(),
          columns.min().item<int64_t>(), columns.max().item<int64_t>(),
          lit.sum().item<int64_t>()};
}

struct Example {
  int64_t label, bias;
  Extent extent;
};

std::vector<Example> ExamplesOf(const Split& split) {
  std::vector<Example> examples;
  for (int64_t i = 0; i < split.size(); ++i) {
    examples.push_back({split.labels[i].item<int64_t>(),
                        split.bias_labels[i].item<int64_t>(),
                        ExtentOf(split.inputs[i])});
  }
  return examples;
}

// Where the shapes of Geirhos et al. are before they are moved, and their
// numbers of pixels (bunny.npy and cow.npy of github
// rgeirhos/shortcut-perspective).
constexpr Extent kPublishedShapes[] = {{61, 125, 51, 119, 2043},
                                       {63, 124, 65, 106, 1371}};

// Their moves, half-open: to the right, then down.
struct Range {
  int64_t left, right, top, bottom;
};
constexpr Range kPublishedPlaces[2][2] = {
    {{-46, -22, 44, 64}, {55, 78, -56, -33}},
    {{46, 60, 39, 70}, {-53, -39, -65, -34}}};
constexpr Range kPublishedAnywhere[] = {{-46, 78, -56, 64}, {-53, 60, -65, 70}};

// How far a shape was moved, read at edges where the fitted shape ends exactly
// where the published one does, and which no place moves off the canvas.
int64_t Down(const Example& e) {
  return e.extent.bottom - kPublishedShapes[e.label].bottom;
}
int64_t Right(const Example& e) {
  // A star's right edge; a moon's left one, a pixel off on the right.
  return e.label == 0 ? e.extent.right - kPublishedShapes[0].right
                      : e.extent.left - kPublishedShapes[1].left;
}

bool Within(const Example& e, const Range& range) {
  return Right(e) >= range.left && Right(e) < range.right &&
         Down(e) >= range.top && Down(e) < range.bottom;
}

TEST(MoonStarTest, HasTheShapesOfItsTask) {
  const auto dataset = Make("");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{1, 64, 64}));
  EXPECT_EQ(dataset->task.num_classes, 2);
  EXPECT_EQ(dataset->task.num_biases, 2);
  EXPECT_EQ(dataset->train.size(), 4000);
  EXPECT_EQ(dataset->SplitNames(),
            (std::vector<std::string>{"train", "validation", "test",
                                      "uniform_place"}));
  EXPECT_FALSE(dataset->spurious_mask.defined());
  const at::Tensor inputs = dataset->test.Range(0, 100).value();
  EXPECT_TRUE(inputs.eq(0).logical_or(inputs.eq(1)).all().item<bool>());
}

TEST(MoonStarTest, ShapesHaveThePublishedSizes) {
  const auto dataset =
      Make(absl::StrCat(kPublished, ", bias_conflicting_fraction: 0"));
  for (const Example& e : ExamplesOf(dataset->validation)) {
    if (e.extent.top == 0 || e.extent.left == 0) continue;  // Cut off, maybe.
    const Extent& published = kPublishedShapes[e.label];
    EXPECT_EQ(e.extent.bottom - e.extent.top, published.bottom - published.top);
    // The fits are a pixel off at one side.
    EXPECT_NEAR(e.extent.right - e.extent.left,
                published.right - published.left, 1);
    // The fits have 0.98 of the union in common with the originals.
    EXPECT_NEAR(e.extent.pixels, published.pixels, 0.02 * published.pixels);
    // skimage.draw.polygon with the same ten corners, and numpy.
    EXPECT_EQ(e.extent.pixels, e.label == 0 ? 2032 : 1358);
  }
}

TEST(MoonStarTest, MoonsOpenToTheRightAndStarsPointUp) {
  const Split test = Make(kPublished)->validation;
  for (int64_t i = 0; i < test.size(); ++i) {
    if (test.labels[i].item<int64_t>() != test.bias_labels[i].item<int64_t>()) {
      continue;
    }
    const at::Tensor image = test.inputs[i].squeeze(0).gt(0);
    const Extent e = ExtentOf(test.inputs[i]);
    const auto width = [&](int64_t row) {
      return image[row].sum().item<int64_t>();
    };
    if (test.labels[i].item<int64_t>() == 0) {
      // One tip above, two below with a notch between them.
      EXPECT_LE(width(e.top), 3);
      EXPECT_FALSE(image[e.bottom][(e.left + e.right) / 2].item<bool>());
      // Mirrored, it is the same.
      EXPECT_TRUE(image.slice(1, e.left, e.right + 1)
                      .equal(image.slice(1, e.left, e.right + 1).flip(1)));
    } else {
      // In its middle row: the left edge is lit, and no more than the
      // difference of the two discs, (95.5 - 31) to (116.5 - 30).
      EXPECT_EQ(width((e.top + e.bottom) / 2), 22);
      EXPECT_TRUE(image[(e.top + e.bottom) / 2][e.left].item<bool>());
    }
  }
}

TEST(MoonStarTest, AlignedShapesFillThePublishedPlaces) {
  const auto dataset = Make(
      ", size: 200, bias_conflicting_fraction: 0, num_train: 2000, "
      "num_validation: 1, num_test: 1");
  int64_t count[2][2] = {};
  Range seen[2][2];
  for (auto& row : seen) {
    for (Range& range : row) range = {1000, -1000, 1000, -1000};
  }
  for (const Example& e : ExamplesOf(dataset->train)) {
    ASSERT_EQ(e.label, e.bias);
    const bool second = Within(e, kPublishedPlaces[e.label][1]);
    ASSERT_TRUE(second || Within(e, kPublishedPlaces[e.label][0]))
        << Right(e) << " " << Down(e);
    ++count[e.label][second];
    Range& range = seen[e.label][second];
    range.left = std::min(range.left, Right(e));
    range.right = std::max(range.right, Right(e) + 1);
    range.top = std::min(range.top, Down(e));
    range.bottom = std::max(range.bottom, Down(e) + 1);
  }
  for (int label = 0; label < 2; ++label) {
    for (int place = 0; place < 2; ++place) {
      EXPECT_EQ(count[label][place], 500);
      // 500 draws miss one of at most 31 values once in 1e7.
      const Range& published = kPublishedPlaces[label][place];
      EXPECT_EQ(seen[label][place].left, published.left);
      EXPECT_EQ(seen[label][place].right, published.right);
      EXPECT_EQ(seen[label][place].top, published.top);
      EXPECT_EQ(seen[label][place].bottom, published.bottom);
    }
  }
}

TEST(MoonStarTest, ConflictingShapesLieWhereTheOtherBelongs) {
  const auto dataset =
      Make(absl::StrCat(kPublished, ", bias_conflicting_fraction: 1"));
  int cut = 0;
  for (const Example& e : ExamplesOf(dataset->train)) {
    ASSERT_EQ(e.bias, 1 - e.label);
    ASSERT_TRUE(Within(e, kPublishedPlaces[e.bias][0]) ||
                Within(e, kPublishedPlaces[e.bias][1]))
        << Right(e) << " " << Down(e);
    // Whatever is missing lies beyond the canvas.
    const int64_t top = kPublishedShapes[e.label].top + Down(e);
    EXPECT_EQ(e.extent.top, std::max<int64_t>(top, 0));
    EXPECT_GE(top, -4);
    cut += top < 0;
  }
  EXPECT_GT(cut, 0);
}

TEST(MoonStarTest, CountsAreExact) {
  // By the rule of Nam et al.: 0.05 * 2000 of either shape.
  const Split train = Make("")->train;
  EXPECT_TRUE(at::bincount(train.labels * 2 + train.bias_labels, {}, 4)
                  .equal(at::tensor({1900, 100, 100, 1900}, at::kLong)));
  const auto dataset = Make("");
  for (const Split* split : {&dataset->validation, &dataset->test}) {
    EXPECT_TRUE(at::bincount(split->labels * 2 + split->bias_labels, {}, 4)
                    .eq(1000)
                    .all()
                    .item<bool>());
  }
}

TEST(MoonStarTest, UniformPlacesAreThePublishedOnes) {
  const auto dataset = Make(kPublished);
  int64_t on_diagonal[2][2] = {};
  for (const Example& e :
       ExamplesOf(dataset->extra_tests.at("uniform_place"))) {
    ASSERT_TRUE(Within(e, kPublishedAnywhere[e.label]))
        << Right(e) << " " << Down(e);
    ++on_diagonal[e.label][e.bias];
    // Moons belong to the top left and the bottom right. The middle of a shape
    // is known to a pixel.
    const auto row = static_cast<double>(e.extent.top + e.extent.bottom - 199);
    const auto column =
        static_cast<double>(e.extent.left + e.extent.right - 199);
    if (std::abs(row) > 4 && std::abs(column) > 4) {
      EXPECT_EQ(e.bias, row * column > 0 ? 1 : 0);
    }
  }
  for (const auto& row : on_diagonal) {
    // 500 are expected if the ranges were centred; they nearly are.
    for (const int64_t count : row) EXPECT_GT(count, 400);
  }
}

// Pixel i of 40 lies where pixel 5 i + 2 of 200 does.
TEST(MoonStarTest, ASmallCanvasSamplesTheSamePicture) {
  const std::string few = ", num_train: 200, num_validation: 20, num_test: 200";
  const auto small = Make(few + ", size: 40");
  const auto full = Make(few + ", size: 200");
  for (const std::string& name : small->SplitNames()) {
    const Split &a = *small->Find(name), &b = *full->Find(name);
    EXPECT_TRUE(
        a.inputs.equal(b.inputs.slice(2, 2, 200, 5).slice(3, 2, 200, 5)))
        << name;
    EXPECT_TRUE(a.labels.equal(b.labels));
    EXPECT_TRUE(a.bias_labels.equal(b.bias_labels));
  }
}

TEST(MoonStarTest, TheSeedDecidesThePlaces) {
  const auto one = Make(""), same = Make(""), other = Make("", 2);
  for (const std::string& name : one->SplitNames()) {
    EXPECT_TRUE(one->Find(name)->inputs.equal(same->Find(name)->inputs));
    EXPECT_FALSE(one->Find(name)->inputs.equal(other->Find(name)->inputs));
  }
  EXPECT_FALSE(one->validation.inputs.equal(one->test.inputs));
}

TEST(MoonStarTest, TheFractionMovesOnlyWhatConflicts) {
  const auto one = Make("");
  const auto other = Make(", bias_conflicting_fraction: 0.3");
  EXPECT_TRUE(one->test.inputs.equal(other->test.inputs));
  const at::Tensor same = one->train.bias_labels.eq(other->train.bias_labels);
  EXPECT_TRUE(
      one->train.inputs.eq(other->train.inputs).flatten(1).all(1).equal(same));
}

TEST(MoonStarTest, RefusesOptionsOutOfRange) {
  const struct {
    std::string options;
    std::string message;
  } kCases[] = {
      {"size: 15", "size: must be >= 16, got 15"},
      {"size: 401", "size: must be <= 400, got 401"},
      {"num_train: 0", "num_train: must be >= 1, got 0"},
      {"num_test: 2000000", "num_test: must be <= 1e+06, got 2000000"},
      {"bias_conflicting_fraction: 2",
       "bias_conflicting_fraction: must be <= 1, got 2"},
  };
  for (const auto& c : kCases) {
    Problems problems;
    const SpecNode node =
        ReadSpec(absl::StrCat("{name: moon_star, ", c.options, "}"), "test", 0,
                 problems);
    Datasets::Get().Read(node, "dataset", problems);
    EXPECT_EQ(Message(problems),
              absl::StrCat("test:1:19: dataset.", c.message));
  }
}

}  // namespace
}  // namespace bigstep
