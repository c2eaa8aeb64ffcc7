#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

using testing::ElementsAre;

// 4000 examples of each split, one simple and three complex coordinates.
std::unique_ptr<Dataset> Make(const std::string& options, int64_t seed = 1) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: slabs, num_train: 4000, num_validation: 4000, "
                   "num_test: 4000, num_complex: 3",
                   options, "}"),
      {"", seed});
}

constexpr char kPlain[] = ", random_rotation: false";

// Six standard deviations of the share of `n` independent draws.
double Margin(double p, int64_t n) {
  return 6 * std::sqrt(p * (1 - p) / static_cast<double>(n));
}

// The slabs that hold `x` [N] float32, counted from the left: [N] int64; -1
// where it lies in none. From the definition: k equal slabs, 2 * 0.1 apart,
// from -1 to 1.
at::Tensor SlabOf(const at::Tensor& x, int64_t slabs) {
  const double width = (2 - 0.2 * (slabs - 1)) / slabs;
  at::Tensor found = at::full_like(x, -1, at::kLong);
  for (int64_t i = 0; i < slabs; ++i) {
    const double left = -1 + i * (width + 0.2);
    // 1e-6: rounding to float32.
    found.masked_fill_(x.ge(left - 1e-6).logical_and(x.le(left + width + 1e-6)),
                       i);
  }
  return found;
}

// Expects `x` to be in slabs of its label, each as often as `shares` says: of
// the examples with the slab's label.
void ExpectSlabs(const at::Tensor& x, const at::Tensor& labels,
                 const std::vector<double>& shares) {
  const auto slabs = static_cast<int64_t>(shares.size());
  const at::Tensor slab = SlabOf(x, slabs);
  EXPECT_TRUE(slab.ge(0).all().item<bool>());
  // Label 0 is in the middle, and labels alternate.
  EXPECT_TRUE((slab - slabs / 2).abs().remainder(2).equal(labels));
  for (int64_t i = 0; i < slabs; ++i) {
    const int64_t label = std::abs(i - slabs / 2) % 2;
    const auto n = labels.eq(label).sum().item<int64_t>();
    EXPECT_NEAR(slab.eq(i).sum().item<double>() / static_cast<double>(n),
                shares[i], Margin(shares[i], n))
        << "slab " << i;
  }
}

TEST(SlabsTest, HasTheShapesOfItsTask) {
  const auto dataset = MakePlugin<DatasetFamily>("slabs", {"", 1});
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, std::vector<int64_t>{50});
  EXPECT_EQ(dataset->train.size(), 100000);
  EXPECT_THAT(dataset->SplitNames(),
              ElementsAre("train", "validation", "test", "complex_randomized",
                          "simple_randomized", "standard"));
  EXPECT_FALSE(dataset->spurious_mask.defined());
  EXPECT_TRUE(dataset->seeded);
}

TEST(SlabsTest, CoordinatesLieInTheSlabsOfTheirLabel) {
  const std::pair<const char*, std::vector<double>> kinds[] = {
      {"slab3", {0.5, 1, 0.5}},
      {"slab5", {0.125, 0.5, 0.75, 0.5, 0.125}},
      {"slab7", {0.0625, 0.25, 0.4375, 0.5, 0.4375, 0.25, 0.0625}}};
  for (const auto& [kind, shares] : kinds) {
    SCOPED_TRACE(kind);
    const auto dataset = Make(absl::StrCat(kPlain, ", complex: ", kind));
    for (const Split* split : {&dataset->train, &dataset->test}) {
      for (int64_t column = 1; column < 4; ++column) {
        ExpectSlabs(split->inputs.select(1, column), split->labels, shares);
      }
    }
    const auto simple = Make(absl::StrCat(kPlain, ", simple: ", kind));
    for (const Split* split : {&simple->train, &simple->test}) {
      ExpectSlabs(split->inputs.select(1, 0), split->bias_labels, shares);
    }
  }
}

TEST(SlabsTest, PlacesWithinASlabAreUniform) {
  const auto dataset = Make(absl::StrCat(kPlain, ", complex: slab3"));
  // Width 1.6 / 3; the right one of label 1 ends at 1.
  const at::Tensor x = dataset->train.inputs.select(1, 1).to(at::kDouble);
  const at::Tensor right = x.masked_select(x.gt(0.4));
  // Standard deviation of a uniform number: width / sqrt(12).
  const auto n = static_cast<double>(right.size(0));
  const double width = 1.6 / 3;
  EXPECT_NEAR(right.mean().item<double>(), 1 - width / 2,
              6 * width / std::sqrt(12 * n));
  EXPECT_NEAR(right.min().item<double>(), 1 - width, 0.01);
  EXPECT_NEAR(right.max().item<double>(), 1, 0.01);
}

TEST(SlabsTest, LinearCoordinatesHaveTheirSignAndMargin) {
  const auto dataset =
      Make(absl::StrCat(kPlain, ", num_simple: 2, linear_margin: 0.25"));
  for (int64_t column = 0; column < 2; ++column) {
    const at::Tensor x = dataset->test.inputs.select(1, column);
    EXPECT_TRUE(x.gt(0).to(at::kLong).equal(dataset->test.bias_labels));
    EXPECT_NEAR(x.abs().min().item<float>(), 0.25, 0.01);
    EXPECT_NEAR(x.abs().max().item<float>(), 1, 0.01);
    // 0.75 / sqrt(12 * 4000) is a standard deviation.
    EXPECT_NEAR(x.abs().mean().item<float>(), 0.625, 6 * 0.00343);
  }
}

TEST(SlabsTest, NoiseLiesWithinTheMarginAndTellsNothing) {
  const auto dataset = Make(absl::StrCat(kPlain, ", p_noise: 0.2"));
  for (const std::string& name : dataset->SplitNames()) {
    const Split& split = *dataset->Find(name);
    const at::Tensor x = split.inputs.select(1, 0);
    const at::Tensor noisy = x.abs().lt(0.1);
    EXPECT_NEAR(noisy.to(at::kDouble).mean().item<double>(), 0.2,
                Margin(0.2, 4000));
    const at::Tensor agrees = x.gt(0).to(at::kLong).eq(split.bias_labels);
    EXPECT_TRUE(agrees.logical_or(noisy).all().item<bool>());
    const auto n = noisy.sum().item<int64_t>();
    EXPECT_NEAR(
        agrees.masked_select(noisy).to(at::kDouble).mean().item<double>(), 0.5,
        Margin(0.5, n));
  }
}

// The share of examples whose label is the bias label.
double AgreementOf(const Split& split) {
  return split.labels.eq(split.bias_labels)
      .to(at::kDouble)
      .mean()
      .item<double>();
}

TEST(SlabsTest, TrainingIsCorrelatedAndTheOthersAreNot) {
  EXPECT_EQ(AgreementOf(Make("")->train), 1);
  const auto dataset = Make(", bias_conflicting_fraction: 0.1");
  EXPECT_NEAR(AgreementOf(dataset->train), 0.9, Margin(0.9, 4000));
  EXPECT_NEAR(AgreementOf(dataset->validation), 0.5, Margin(0.5, 4000));
  EXPECT_NEAR(AgreementOf(dataset->test), 0.5, Margin(0.5, 4000));
  EXPECT_EQ(AgreementOf(*dataset->Find("standard")), 1);
  EXPECT_EQ(AgreementOf(*dataset->Find("complex_randomized")), 1);
  EXPECT_NEAR(AgreementOf(*dataset->Find("simple_randomized")), 0.5,
              Margin(0.5, 4000));
}

// The rows of `x` [N, D] float32, sorted.
std::vector<std::vector<float>> SortedRows(const at::Tensor& x) {
  const at::Tensor values = x.contiguous();
  std::vector<std::vector<float>> rows;
  for (int64_t i = 0; i < x.size(0); ++i) {
    const float* const row = values.data_ptr<float>() + i * x.size(1);
    rows.emplace_back(row, row + x.size(1));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST(SlabsTest, OneBlockIsShuffledAtATime) {
  const auto dataset = Make(kPlain);
  const Split& standard = *dataset->Find("standard");
  const Split& no_simple = *dataset->Find("simple_randomized");
  const Split& no_complex = *dataset->Find("complex_randomized");
  const auto simple = [](const Split& s) { return s.inputs.slice(1, 0, 1); };
  const auto complex = [](const Split& s) { return s.inputs.slice(1, 1); };
  EXPECT_TRUE(complex(no_simple).equal(complex(standard)));
  EXPECT_TRUE(simple(no_complex).equal(simple(standard)));
  EXPECT_FALSE(simple(no_simple).equal(simple(standard)));
  EXPECT_FALSE(complex(no_complex).equal(complex(standard)));
  EXPECT_EQ(SortedRows(simple(no_simple)), SortedRows(simple(standard)));
  EXPECT_EQ(SortedRows(complex(no_complex)), SortedRows(complex(standard)));
  // What is told, is told by the block that was left.
  EXPECT_TRUE(no_simple.labels.equal(standard.labels));
  EXPECT_TRUE(no_complex.labels.equal(standard.labels));
  for (const Split* split : {&standard, &no_simple, &no_complex}) {
    EXPECT_TRUE(simple(*split).squeeze(1).gt(0).to(at::kLong).equal(
        split->bias_labels));
  }
}

TEST(SlabsTest, TheMaskIsTheSimpleBlock) {
  const auto dataset = Make(absl::StrCat(kPlain, ", num_simple: 2"));
  EXPECT_TRUE(dataset->spurious_mask.equal(
      at::tensor({1, 1, 0, 0, 0}, at::kLong).to(at::kBool)));
}

TEST(SlabsTest, TheRotationIsOneForAllSplitsAndKeepsDistances) {
  const auto plain = Make(kPlain), rotated = Make("");
  // The matrix that leads from the one to the other, from the training inputs.
  const at::Tensor rotation =
      std::get<0>(at::linalg_lstsq(plain->train.inputs.to(at::kDouble),
                                   rotated->train.inputs.to(at::kDouble)));
  // float32 inputs: 1e-7 of numbers up to 2.
  EXPECT_TRUE(
      rotation.mm(rotation.t()).allclose(at::eye(4, at::kDouble), 0, 1e-5));
  for (const std::string& name : plain->SplitNames()) {
    const Split &before = *plain->Find(name), &after = *rotated->Find(name);
    EXPECT_TRUE(before.inputs.to(at::kDouble)
                    .mm(rotation)
                    .allclose(after.inputs.to(at::kDouble), 0, 1e-5))
        << name;
    EXPECT_TRUE(before.labels.equal(after.labels));
  }
  EXPECT_FALSE(rotation.allclose(at::eye(4, at::kDouble), 0, 0.1));
}

TEST(SlabsTest, LargeSetsGoInSlices) {
  // More than one slice of 10000: labels stay with their inputs.
  const auto dataset = MakePlugin<DatasetFamily>(
      "{name: slabs, num_train: 25001, num_complex: 1, random_rotation: false}",
      {"", 1});
  EXPECT_TRUE(dataset->train.inputs.select(1, 0).gt(0).to(at::kLong).equal(
      dataset->train.bias_labels));
}

std::string Refusal(const std::string& options) {
  Problems problems;
  const SpecNode node =
      ReadSpec("{name: slabs, " + options + "}", "test", 0, problems);
  Datasets::Get().Read(node, "dataset", problems);
  return Message(problems);
}

TEST(SlabsTest, RefusesWhatCannotBe) {
  EXPECT_EQ(Refusal("complex: slab7, slab_margin: 0.17"),
            "test:1:1: dataset: slab_margin 0.17 leaves no room for 7 slabs; "
            "it must be below 1/6");
  EXPECT_EQ(Refusal("complex: slab7, slab_margin: 0.16"), "");
  EXPECT_EQ(Refusal("simple: slab3, p_noise: 0.1"),
            "test:1:1: dataset: p_noise needs simple: linear, found slab3");
}

}  // namespace
}  // namespace bigstep
