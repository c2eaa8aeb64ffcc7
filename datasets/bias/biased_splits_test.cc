#include "datasets/bias/biased_splits.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/seed.h"
#include "base/testing.h"

namespace bigstep {
namespace {

at::Tensor Longs(const std::vector<int64_t>& values) {
  return at::tensor(values, at::kLong);
}

// Examples whose only input is their position.
Split Numbered(const std::vector<int64_t>& labels) {
  const auto n = static_cast<int64_t>(labels.size());
  return {at::arange(n, at::kFloat).unsqueeze(1), Longs(labels), {}};
}

std::vector<int64_t> Positions(const Split& split) {
  const at::Tensor positions = split.inputs.squeeze(1).to(at::kLong);
  return {positions.data_ptr<int64_t>(),
          positions.data_ptr<int64_t>() + positions.numel()};
}

TEST(BiasedSplitsTest, HalvesTakeTurnsGroupAfterGroup) {
  Dataset dataset;
  dataset.task = {{1}, 2, 2};
  EXPECT_OK(SetBiasedSplits(Numbered({0, 1}), Numbered({0, 1, 0, 1, 0, 1, 1}),
                            0, dataset));
  std::map<std::pair<int64_t, int64_t>, int64_t> half_of;  // (group, position)
  for (int64_t half = 0; half < 2; ++half) {
    const Split& split = half == 0 ? dataset.validation : dataset.test;
    const std::vector<int64_t> positions = Positions(split);
    EXPECT_TRUE(std::is_sorted(positions.begin(), positions.end()));
    const at::Tensor groups = split.labels * 2 + split.bias_labels;
    for (size_t i = 0; i < positions.size(); ++i) {
      half_of[{groups[i].item<int64_t>(), positions[i]}] = half;
    }
  }
  ASSERT_EQ(half_of.size(), 7u);
  int64_t turn = 0;
  for (const auto& [place, half] : half_of) EXPECT_EQ(half, turn++ % 2);
}

// The positions of held-out examples of class 0 with bias label 1.
std::set<int64_t> ConflictingOfClassZero(double bias_conflicting_fraction) {
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < 1000; ++i) labels.push_back(i % 2);
  Dataset dataset;
  dataset.task = {{1}, 2, 2};
  EXPECT_OK(SetBiasedSplits(Numbered({0, 1}), Numbered(labels),
                            bias_conflicting_fraction, dataset));
  std::set<int64_t> found;
  for (const Split* half : {&dataset.validation, &dataset.test}) {
    const std::vector<int64_t> positions = Positions(*half);
    for (size_t i = 0; i < positions.size(); ++i) {
      if (half->labels[i].item<int64_t>() == 0 &&
          half->bias_labels[i].item<int64_t>() == 1) {
        found.insert(positions[i]);
      }
    }
  }
  return found;
}

TEST(BiasedSplitsTest, HeldOutBiasLabelsDoNotFollowTheOrderOfTheFile) {
  const std::set<int64_t> conflicting = ConflictingOfClassZero(0.5);
  ASSERT_EQ(conflicting.size(), 250u);  // By hand: half of 500.
  // Of 250 drawn among 500, half of which lie in the first half of the file:
  // 125 on average, standard deviation sqrt(250 / 4 * 250 / 499) = 5.6; six of
  // these.
  const auto first_half =
      std::distance(conflicting.begin(), conflicting.lower_bound(500));
  EXPECT_NEAR(static_cast<double>(first_half), 125, 34);
  EXPECT_EQ(conflicting, ConflictingOfClassZero(0.1));  // Always the same.
}

TEST(BiasedSplitsTest, TrainIsBiasedAndTheHalvesAreNot) {
  Dataset dataset;
  dataset.task = {{1}, 2, 2};
  EXPECT_OK(SetBiasedSplits(Numbered({0, 1, 0, 1, 0, 1, 0, 1}),
                            Numbered({0, 0, 0, 0, 1, 1, 1, 1}), 0.25, dataset));
  // By the rule of bias_assignment.h, n = 4, f = 1/4: class 0 keeps its bias
  // label for the first three, class 1 for the last three.
  EXPECT_TRUE(dataset.train.labels.equal(Longs({0, 1, 0, 1, 0, 1, 0, 1})));
  EXPECT_TRUE(dataset.train.bias_labels.equal(Longs({0, 0, 0, 1, 0, 1, 1, 1})));
  EXPECT_EQ(Positions(dataset.train),
            (std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6, 7}));
  // Each bias label twice in either class; one example of each group in a half.
  for (const Split* half : {&dataset.validation, &dataset.test}) {
    EXPECT_TRUE(half->labels.equal(Longs({0, 0, 1, 1})));
    EXPECT_TRUE(at::bincount(half->labels * 2 + half->bias_labels)
                    .equal(Longs({1, 1, 1, 1})));
  }
}

TEST(BiasedSplitsTest, OneHeldOutExampleCannotBeHalved) {
  Dataset dataset;
  dataset.task = {{1}, 2, 2};
  EXPECT_EQ(SetBiasedSplits(Numbered({0, 1}), Numbered({0}), 0, dataset),
            absl::DataLossError(
                "expected at least two official test images, one half "
                "for validation and one for test, found 1"));
}

TEST(BiasedSplitsTest, AddsTheFeatureBeforeHalving) {
  Dataset dataset;
  dataset.task = {{1}, 2, 2};
  std::vector<uint64_t> seeds;
  const auto feature = [&](const at::Tensor& inputs,
                           const at::Tensor& bias_labels, uint64_t seed) {
    seeds.push_back(seed);
    return inputs + 100 * bias_labels.unsqueeze(1) + 1000 * inputs.size(0);
  };
  EXPECT_OK(SetBiasedSplits(Numbered({0, 1}), Numbered({0, 0, 0, 0}), 0,
                            feature,
                            /*seed=*/5, dataset));
  EXPECT_EQ(Positions(dataset.train), (std::vector<int64_t>{2000, 2101}));
  // Four held-out examples, each shifted by its own bias label.
  std::set<int64_t> unshifted;
  for (const Split* half : {&dataset.validation, &dataset.test}) {
    const std::vector<int64_t> shifted = Positions(*half);
    ASSERT_EQ(shifted.size(), 2u);
    for (size_t i = 0; i < 2; ++i) {
      unshifted.insert(shifted[i] - 100 * half->bias_labels[i].item<int64_t>());
    }
  }
  EXPECT_EQ(unshifted, (std::set<int64_t>{4000, 4001, 4002, 4003}));
  EXPECT_EQ(seeds, (std::vector<uint64_t>{Seed(5, "dataset/train"),
                                          Seed(5, "dataset/test")}));
}

}  // namespace
}  // namespace bigstep
