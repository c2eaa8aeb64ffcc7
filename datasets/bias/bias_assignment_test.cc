#include "datasets/bias/bias_assignment.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace bigstep {
namespace {

using Labels = std::vector<int64_t>;

Labels Assign(const Labels& labels, int64_t num_classes, double fraction) {
  const at::Tensor bias =
      AssignBiasLabels(at::tensor(labels), num_classes, fraction);
  EXPECT_EQ(bias.scalar_type(), at::kLong);
  EXPECT_EQ(bias.dim(), 1);
  const int64_t* data = bias.data_ptr<int64_t>();
  return Labels(data, data + bias.numel());
}

// `sizes[k]` examples of each class k, shuffled.
Labels Shuffled(const std::vector<int64_t>& sizes) {
  Labels labels;
  for (size_t k = 0; k < sizes.size(); ++k) {
    labels.insert(labels.end(), sizes[k], static_cast<int64_t>(k));
  }
  std::shuffle(labels.begin(), labels.end(), std::mt19937(20250723));
  return labels;
}

// Class sizes of MNIST's training images (yann.lecun.com/exdb/mnist).
Labels MnistLike() {
  return Shuffled({5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
}

Labels CifarLike() { return Shuffled(std::vector<int64_t>(10, 5000)); }

// How many examples have a bias label other than their label.
int64_t Conflicting(const Labels& labels, double fraction) {
  const Labels bias = Assign(labels, 10, fraction);
  EXPECT_EQ(bias.size(), labels.size());
  int64_t count = 0;
  for (size_t i = 0; i < labels.size(); ++i) count += bias[i] != labels[i];
  return count;
}

// Counts published with the data of Nam et al.
TEST(BiasAssignmentTest, GivesPublishedCountsOnMnist) {
  const Labels labels = MnistLike();
  ASSERT_EQ(labels.size(), 60000u);
  EXPECT_EQ(Conflicting(labels, 0.05), 3000);
  EXPECT_EQ(Conflicting(labels, 0.02), 1199);
  EXPECT_EQ(Conflicting(labels, 0.01), 598);
  EXPECT_EQ(Conflicting(labels, 0.005), 300);
}

// By hand: 5000 f of each of ten classes.
TEST(BiasAssignmentTest, GivesPublishedCountsOnCifar) {
  const Labels labels = CifarLike();
  EXPECT_EQ(Conflicting(labels, 0.05), 2500);
  EXPECT_EQ(Conflicting(labels, 0.02), 1000);
  EXPECT_EQ(Conflicting(labels, 0.01), 500);
  EXPECT_EQ(Conflicting(labels, 0.005), 250);
}

// Counts for each pair of label and bias label.
std::vector<std::vector<int64_t>> Table(const Labels& labels, double fraction) {
  const Labels bias = Assign(labels, 10, fraction);
  std::vector<std::vector<int64_t>> table(10, std::vector<int64_t>(10));
  for (size_t i = 0; i < labels.size(); ++i) ++table[labels[i]][bias[i]];
  return table;
}

TEST(BiasAssignmentTest, NineTenthsConflictingOfTenClassesIsUniform) {
  for (const auto& row : Table(MnistLike(), 0.9)) {
    int64_t n = 0;
    for (const int64_t count : row) n += count;
    for (const int64_t count : row) {
      // Each end of a run is rounded by at most 1/2.
      EXPECT_LE(std::abs(count - n / 10.0), 1);
    }
  }
}

TEST(BiasAssignmentTest, SpreadsConflictingExamplesOverAllOtherLabels) {
  const auto table = Table(CifarLike(), 0.05);
  for (int64_t y = 0; y < 10; ++y) {
    EXPECT_EQ(table[y][y], 4750);
    for (int64_t k = 0; k < 10; ++k) {
      if (k == y) continue;
      // 250 over nine labels: 27.8, with both ends rounded.
      EXPECT_LE(std::abs(table[y][k] - 250 / 9.0), 1);
    }
  }
}

TEST(BiasAssignmentTest, FollowsTheRuleByHand) {
  // K = 3, f = 1/2: shares 1/2 for the own label, 1/4 for each other one.
  // Class 0, n = 4: ends 2, 3, 4                           -> 0 0 1 2.
  // Class 1, n = 5: ends 1.25, 3.75, 5 = 1, 4, 5           -> 0 1 1 1 2.
  // Class 2, n = 2: ends 0.5, 1, 2 = 0 (half to even), 1, 2 -> 1 2.
  EXPECT_EQ(Assign({1, 0, 2, 0, 1, 1, 0, 1, 2, 1, 0}, 3, 0.5),
            (Labels{0, 0, 1, 0, 1, 1, 1, 1, 2, 2, 2}));
}

TEST(BiasAssignmentTest, RoundsHalvesToEven) {
  // Class 2 of K = 3, f = 1/2, n = 10: ends 2.5, 5, 10. numpy's round gives 2.
  EXPECT_EQ(Assign(Labels(10, 2), 3, 0.5),
            (Labels{0, 0, 1, 1, 1, 2, 2, 2, 2, 2}));
}

TEST(BiasAssignmentTest, NothingConflictsAtZero) {
  const Labels labels = MnistLike();
  EXPECT_EQ(Assign(labels, 10, 0), labels);
}

TEST(BiasAssignmentTest, EverythingConflictsAtOne) {
  EXPECT_EQ(Conflicting(MnistLike(), 1), 60000);
  // By hand: class 1 of K = 3 goes half to 0, half to 2.
  EXPECT_EQ(Assign({1, 1, 1, 1}, 3, 1), (Labels{0, 0, 2, 2}));
}

TEST(BiasAssignmentTest, WorksWithTwoClasses) {
  // f = 0.3. Class 0, n = 5: ends 3.5 = 4, 5. Class 1, n = 5: ends 1.5 = 2, 5.
  EXPECT_EQ(Assign({0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, 2, 0.3),
            (Labels{0, 0, 0, 0, 1, 0, 0, 1, 1, 1}));
}

TEST(BiasAssignmentTest, OnlyTheOrderWithinAClassCounts) {
  const Labels apart = Assign({0, 0, 0, 0, 1, 1, 1, 1}, 2, 0.5);
  const Labels mixed = Assign({0, 1, 0, 1, 0, 1, 0, 1}, 2, 0.5);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(apart[i], mixed[2 * i]);
    EXPECT_EQ(apart[4 + i], mixed[2 * i + 1]);
  }
}

TEST(BiasAssignmentTest, TakesStridedLabelsAndLeavesThemAlone) {
  const at::Tensor both =
      at::tensor(Labels{1, 9, 0, 9, 1, 9, 0, 9, 1, 9}).view({5, 2});
  const at::Tensor labels = both.select(1, 0);  // 1 0 1 0 1, stride 2.
  const at::Tensor before = both.clone();
  // f = 0.4. Class 0, n = 2: ends 1.2 = 1, 2. Class 1, n = 3: 1.2 = 1, 3.
  EXPECT_TRUE(AssignBiasLabels(labels, 2, 0.4)
                  .equal(at::tensor(Labels{0, 0, 1, 1, 1})));
  EXPECT_TRUE(both.equal(before));
}

}  // namespace
}  // namespace bigstep
