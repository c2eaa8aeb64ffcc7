#include "metrics/outputs/sparsity.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace bigstep {
namespace {

// Sums of a few numbers near 1 in float64.
constexpr double kTolerance = 1e-14;

double IndexOf(const std::vector<double>& row, double p, double q) {
  const at::Tensor index = PqIndex(at::tensor(row).unsqueeze(0), p, q);
  EXPECT_EQ(index.sizes(), (std::vector<int64_t>{1}));
  EXPECT_EQ(index.scalar_type(), at::kDouble);
  return index.item<double>();
}

TEST(PqIndexTest, ByHand) {
  // 1 - (3/4)^2 / (5/4).
  EXPECT_NEAR(IndexOf({4, 1, 0, 0}, 0.5, 1), 0.55, kTolerance);
  // 1 - (6/4)^2 / (14/4).
  EXPECT_NEAR(IndexOf({9, 4, 1, 0}, 0.5, 1), 5. / 14, kTolerance);
  // 1 - (7/2) / 5 * sqrt(2).
  EXPECT_NEAR(IndexOf({3, 4}, 1, 2), 1 - 0.7 * std::sqrt(2), kTolerance);
}

// numpy 1.24, by the formula of Diao et al. with norms instead of means:
//   1 - d**(1/q - 1/p) * (x**p).sum()**(1/p) / (x**q).sum()**(1/q).
TEST(PqIndexTest, IsThatOfThePaper) {
  EXPECT_NEAR(IndexOf({1, 2, 3, 4}, 0.5, 1), 0.05558585736954513, kTolerance);
  EXPECT_NEAR(IndexOf({1, 2, 3, 4}, 1, 2), 0.0871290708247231, kTolerance);
  EXPECT_NEAR(IndexOf({1, 2, 3, 4}, 0.25, 3), 0.2175402321059937, kTolerance);
  EXPECT_NEAR(IndexOf({0, 0, -3, 0.5}, 0.5, 1), 0.5750364469440588, kTolerance);
  EXPECT_NEAR(IndexOf({0, 0, -3, 0.5}, 0.25, 3), 0.9553281902596429,
              kTolerance);
  EXPECT_NEAR(IndexOf({0.1, -0.2, 0.7, 1.5}, 1, 2), 0.25164457488843794,
              kTolerance);
}

TEST(PqIndexTest, OneNonzeroOfDIsTheLargestValue) {
  // 1 - d^(1/q - 1/p).
  EXPECT_NEAR(IndexOf({0, 0, 0, -2}, 0.5, 1), 0.75, kTolerance);
  EXPECT_NEAR(IndexOf({0, 0, 0, -2}, 1, 2), 0.5, kTolerance);
  std::vector<double> row(1000);
  row[123] = 1e-3;
  EXPECT_NEAR(IndexOf(row, 0.5, 1), 0.999, kTolerance);
}

TEST(PqIndexTest, EqualMagnitudesGiveZero) {
  EXPECT_NEAR(IndexOf({3, -3, 3}, 0.5, 1), 0, kTolerance);
  EXPECT_EQ(IndexOf({7}, 0.5, 1), 0);
}

TEST(PqIndexTest, RoundingTakesNoValueBelowZero) {
  // Entries that differ in the last bits: the quotient of means is 1 or, a
  // third of the time, a little more.
  for (int64_t d = 2; d < 200; ++d) {
    std::vector<double> row;
    for (int64_t i = 0; i < d; ++i) {
      row.push_back(1 + 4 * std::numeric_limits<double>::epsilon() *
                            static_cast<double>(i % 3));
    }
    const double index = IndexOf(row, 0.3, 1.7);
    EXPECT_GE(index, 0) << d;
    EXPECT_LT(index, kTolerance) << d;
  }
}

TEST(PqIndexTest, ZeroRowsGiveZero) {
  EXPECT_EQ(IndexOf({0, 0, 0}, 0.5, 1), 0);
  EXPECT_EQ(IndexOf({0, -0.0}, 1, 2), 0);
}

TEST(PqIndexTest, ScalingARowChangesNothing) {
  const std::vector<double> row = {4, -1, 0.5, 0, 2};
  const double expected = IndexOf(row, 0.5, 2);
  for (const double scale : {1e-300, 1e-3, 7.0, 1e300}) {
    std::vector<double> scaled;
    for (const double x : row) scaled.push_back(x * scale);
    EXPECT_NEAR(IndexOf(scaled, 0.5, 2), expected, kTolerance) << scale;
  }
}

TEST(PqIndexTest, RowsAreIndependent) {
  const at::Tensor rows =
      at::tensor({4., 1., 0., 0., 0., 0., 0., 0., 1e30, 0., 0., 0.})
          .view({3, 4});
  EXPECT_TRUE(PqIndex(rows, 0.5, 1)
                  .allclose(at::tensor({0.55, 0., 0.75}), 0, kTolerance));
}

TEST(PqIndexTest, TakesFloat32) {
  const at::Tensor row = at::tensor({4e30f, 1e30f, 0.f, 0.f}).view({1, 4});
  // 4e30 and 1e30 are rounded to float32 (6e-8).
  EXPECT_NEAR(PqIndex(row, 0.5, 1).item<double>(), 0.55, 1e-7);
  EXPECT_EQ(PqIndex(row, 0.5, 1).scalar_type(), at::kDouble);
}

TEST(PqIndexTest, SparserRowsHaveLargerValues) {
  // Each row has one entry less.
  double last = 0;
  for (int zeros = 1; zeros < 10; ++zeros) {
    std::vector<double> row(10, 1);
    std::fill_n(row.begin(), zeros, 0);
    const double index = IndexOf(row, 0.5, 1);
    EXPECT_NEAR(index, zeros / 10.0, kTolerance);  // By hand: 1 - r^2 / r.
    EXPECT_GT(index, last);
    last = index;
  }
}

}  // namespace
}  // namespace bigstep
