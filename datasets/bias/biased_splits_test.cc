#include "datasets/bias/biased_splits.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "base/seed.h"

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
  SetBiasedSplits(Numbered({0, 1}), Numbered({0, 1, 0, 1, 0, 1, 1}), 0,
                  dataset);
  // By hand. Group (0, 0): 0, 2; (0, 1): 4; (1, 0): 1, 3; (1, 1): 5, 6.
  EXPECT_EQ(Positions(dataset.validation), (std::vector<int64_t>{0, 3, 4, 6}));
  EXPECT_EQ(Positions(dataset.test), (std::vector<int64_t>{1, 2, 5}));
  EXPECT_TRUE(dataset.test.labels.equal(Longs({1, 0, 1})));
  EXPECT_TRUE(dataset.test.bias_labels.equal(Longs({0, 0, 1})));
}

TEST(BiasedSplitsTest, TrainIsBiasedAndTheHalvesAreNot) {
  Dataset dataset;
  dataset.task = {{1}, 2, 2};
  SetBiasedSplits(Numbered({0, 1, 0, 1, 0, 1, 0, 1}),
                  Numbered({0, 0, 0, 0, 1, 1, 1, 1}), 0.25, dataset);
  // By the rule of bias_assignment.h, n = 4, f = 1/4: class 0 keeps its bias
  // label for the first three, class 1 for the last three.
  EXPECT_TRUE(dataset.train.labels.equal(Longs({0, 1, 0, 1, 0, 1, 0, 1})));
  EXPECT_TRUE(dataset.train.bias_labels.equal(Longs({0, 0, 0, 1, 0, 1, 1, 1})));
  EXPECT_EQ(Positions(dataset.train),
            (std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6, 7}));
  // Bias labels 0 0 1 1 in either class; every second example of each group.
  for (const Split* half : {&dataset.validation, &dataset.test}) {
    EXPECT_TRUE(half->labels.equal(Longs({0, 0, 1, 1})));
    EXPECT_TRUE(half->bias_labels.equal(Longs({0, 1, 0, 1})));
  }
  EXPECT_EQ(Positions(dataset.validation), (std::vector<int64_t>{0, 2, 4, 6}));
  EXPECT_EQ(Positions(dataset.test), (std::vector<int64_t>{1, 3, 5, 7}));
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
  SetBiasedSplits(Numbered({0, 1}), Numbered({0, 0, 0, 0}), 0, feature,
                  /*seed=*/5, dataset);
  EXPECT_EQ(Positions(dataset.train), (std::vector<int64_t>{2000, 2101}));
  // Bias labels 0 0 1 1 of four, every second of each group.
  EXPECT_EQ(Positions(dataset.validation), (std::vector<int64_t>{4000, 4102}));
  EXPECT_EQ(Positions(dataset.test), (std::vector<int64_t>{4001, 4103}));
  EXPECT_EQ(seeds, (std::vector<uint64_t>{Seed(5, "dataset/train"),
                                          Seed(5, "dataset/test")}));
}

}  // namespace
}  // namespace bigstep
