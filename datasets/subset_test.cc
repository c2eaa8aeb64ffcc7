#include "datasets/subset.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/testing.h"

namespace bigstep {
namespace {

const TaskSpec kTask = {{1}, /*num_classes=*/2, /*num_biases=*/2};

// 60 examples of group 0, 30 of group 1, 9 of group 2 and 1 of group 3, mixed.
Split Unbalanced() {
  std::vector<int64_t> labels, biases;
  for (int64_t i = 0; i < 100; ++i) {
    const int64_t k = i * 37 % 100;  // 37 and 100 share no factor: each once.
    const int64_t group = k < 60 ? 0 : k < 90 ? 1 : k < 99 ? 2 : 3;
    labels.push_back(group / 2);
    biases.push_back(group % 2);
  }
  return {at::arange(100, at::kFloat).unsqueeze(1),
          at::tensor(labels, at::kLong), at::tensor(biases, at::kLong)};
}

std::vector<int64_t> GroupSizes(const Split& split, const at::Tensor& kept) {
  const at::Tensor groups =
      (split.labels * 2 + split.bias_labels).index_select(0, kept);
  const at::Tensor counts = at::bincount(groups, {}, 4);
  return {counts.data_ptr<int64_t>(), counts.data_ptr<int64_t>() + 4};
}

TEST(DrawSubsetTest, KeepsTheProportionsOfTheGroups) {
  const Split split = Unbalanced();
  // By hand: 50 of 100 gives 30, 15, 4.5 and 0.5, the halves rounded one way or
  // the other; 40 seeds round one way alone with probability 2^-39.
  std::set<std::vector<int64_t>> halves;
  for (int64_t seed = 0; seed < 40; ++seed) {
    halves.insert(GroupSizes(split, *DrawSubset(split, kTask, 0.5, seed)));
  }
  EXPECT_EQ(halves,
            (std::set<std::vector<int64_t>>{{30, 15, 4, 1}, {30, 15, 5, 0}}));
  EXPECT_EQ(GroupSizes(split, *DrawSubset(split, kTask, 1, 0)),
            (std::vector<int64_t>{60, 30, 9, 1}));
}

TEST(DrawSubsetTest, KeepsTheConflictingShareOverallAndOfEachLabel) {
  // Ten labels with 1000 examples each, of which one has each of the nine other
  // bias labels.
  const at::Tensor positions = at::arange(10000, at::kLong);
  const at::Tensor labels = positions.div(1000, "floor");
  const at::Tensor place = positions.remainder(1000);
  const Split split = {positions.to(at::kFloat).unsqueeze(1), labels,
                       at::where(place.lt(10), place, labels)};
  const TaskSpec task = {{1}, /*num_classes=*/10, /*num_biases=*/10};
  constexpr int64_t kSeeds = 50;
  at::Tensor sums = at::zeros({10}, at::kLong);
  for (int64_t seed = 0; seed < kSeeds; ++seed) {
    const at::Tensor kept = *DrawSubset(split, task, 1000, seed);
    const Split drawn = SelectExamples(split, kept);
    // By hand: a tenth, 99.1 aligned and 0.9 conflicting examples of each
    // label, nine conflicting ones in all.
    const at::Tensor conflicting = at::bincount(
        drawn.labels.masked_select(drawn.labels.ne(drawn.bias_labels)), {}, 10);
    const at::Tensor sizes = at::bincount(drawn.labels, {}, 10);
    EXPECT_EQ(drawn.size(), 1000);
    EXPECT_EQ(conflicting.sum().item<int64_t>(), 9);
    EXPECT_LE(conflicting.max().item<int64_t>(), 1);
    EXPECT_GE((sizes - conflicting).min().item<int64_t>(), 99);
    EXPECT_LE((sizes - conflicting).max().item<int64_t>(), 100);
    sums += conflicting;
  }
  // 50 draws of 0.9: 45 on average with standard deviation 2.1; six of these.
  EXPECT_GE(sums.min().item<int64_t>(), 45 - 13);
}

TEST(DrawSubsetTest, DrawsAmongLabelsIfThereIsNotOneForEach) {
  // 100 labels with nine examples each and no bias labels.
  const at::Tensor labels = at::arange(900, at::kLong).remainder(100);
  const Split split = {labels.to(at::kFloat).unsqueeze(1), labels,
                       at::zeros_like(labels)};
  const TaskSpec task = {{1}, /*num_classes=*/100, /*num_biases=*/1};
  constexpr int64_t kSeeds = 100;
  at::Tensor sums = at::zeros({100}, at::kLong);
  for (int64_t seed = 0; seed < kSeeds; ++seed) {
    const at::Tensor counts = at::bincount(
        labels.index_select(0, *DrawSubset(split, task, 50, seed)), {}, 100);
    EXPECT_EQ(counts.sum().item<int64_t>(), 50);
    EXPECT_LE(counts.max().item<int64_t>(), 1);
    sums += counts;
  }
  // 100 draws of 1/2: standard deviation 5; six of these.
  EXPECT_GE(sums.min().item<int64_t>(), 50 - 30);
  EXPECT_LE(sums.max().item<int64_t>(), 50 + 30);
}

TEST(DrawSubsetTest, TheSeedDecidesWhich) {
  const Split split = Unbalanced();
  const at::Tensor a = *DrawSubset(split, kTask, 0.3, 1);
  EXPECT_TRUE(a.equal(*DrawSubset(split, kTask, 0.3, 1)));
  EXPECT_FALSE(a.equal(*DrawSubset(split, kTask, 0.3, 2)));
  EXPECT_EQ(a.size(0), 30);
  EXPECT_TRUE((a.slice(0, 1) - a.slice(0, 0, 29)).gt(0).all().item<bool>());
}

TEST(DrawSubsetTest, RefusesWhatIsNoNumberOfImages) {
  const Split split = Unbalanced();
  const auto message = [&](double subset) {
    const auto drawn = DrawSubset(split, kTask, subset, 0);
    EXPECT_EQ(drawn.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(drawn.status().message());
  };
  EXPECT_EQ(message(101),
            "dataset.subset: expected 1 to 100 of the training images, got "
            "101");
  EXPECT_EQ(message(0.001),
            "dataset.subset: expected 1 to 100 of the training images, got 0");
  EXPECT_EQ(message(2.5),
            "dataset.subset: a number of images above 1 must be whole, got "
            "2.5");
}

TEST(SelectExamplesTest, TakesEveryTensorAlong) {
  const Split picked =
      SelectExamples(Unbalanced(), at::tensor({5, 2}, at::kLong));
  EXPECT_TRUE(picked.inputs.equal(at::tensor({5.f, 2.f}).unsqueeze(1)));
  EXPECT_EQ(picked.size(), 2);
  EXPECT_EQ(picked.bias_labels.size(0), 2);
}

TEST(HalfOfTest, GroupsGoToTheHalvesInTurn) {
  // By hand: sorted by group the positions are 0, 2, 3 and then 1, 4, 5.
  const at::Tensor groups = at::tensor({0, 7, 0, 0, 7, 7}, at::kLong);
  EXPECT_TRUE(HalfOf(groups, 0).equal(at::tensor({0, 3, 4}, at::kLong)));
  EXPECT_TRUE(HalfOf(groups, 1).equal(at::tensor({1, 2, 5}, at::kLong)));
}

TEST(HoldOutShareTest, HoldsOutTheSameShareOfEachGroup) {
  // By hand: of group 0 (positions 0..3) numbers 1 and 3 go, of group 1
  // (positions 4..6) number 1.
  const at::Tensor groups = at::tensor({0, 0, 0, 0, 1, 1, 1}, at::kLong);
  const HoldOut parts = HoldOutShare(groups, 0.5);
  EXPECT_TRUE(parts.held_out.equal(at::tensor({1, 3, 5}, at::kLong)));
  EXPECT_TRUE(parts.kept.equal(at::tensor({0, 2, 4, 6}, at::kLong)));
}

TEST(HoldOutShareTest, OfNothingNothing) {
  const HoldOut parts = HoldOutShare(at::zeros({4}, at::kLong), 0.2);
  EXPECT_EQ(parts.held_out.size(0), 0);
  EXPECT_EQ(parts.kept.size(0), 4);
}

}  // namespace
}  // namespace bigstep
