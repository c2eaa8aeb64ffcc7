#include "metrics/outputs/separation.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace bigstep {
namespace {

// Sums of some hundred numbers near 1 in float64.
constexpr double kTolerance = 1e-13;

at::Tensor Rows(const std::vector<float>& values, int64_t width) {
  return at::tensor(values).view({-1, width});
}

at::Tensor Labels(const std::vector<int64_t>& labels) {
  return at::tensor(labels, at::kLong);
}

// 90 vectors of both signs, whose directions depend on the class.
at::Tensor SomeLabels() {
  return at::arange(90).square().remainder(13).remainder(4);
}
at::Tensor SomeVectors() {
  const at::Tensor noise =
      at::arange(90 * 5, at::kDouble).mul(2.3).sin().view({90, 5});
  return (noise + at::one_hot(SomeLabels(), 5)).to(at::kFloat);
}

TEST(SeparationTest, ByHand) {
  // Class 0: (1, 0) and (0, 2); class 1: (3, 0).
  //   d_within: class 0 (0 + 1 + 1 + 0) / 4, class 1 0: mean 1/4.
  //   d_total: (0, 0) 1/2, (0, 1) and (1, 0) (0 + 1) / 2 each, (1, 1) 0: 3/8.
  EXPECT_NEAR(SeparationR2(Rows({1, 0, 0, 2, 3, 0}, 2), Labels({0, 0, 1}), 2),
              1 - (1. / 4) / (3. / 8), kTolerance);
  // Class 0: (1, 0); class 1: (-1, 0) and (0, 1).
  //   d_within: 0 and 1/2: mean 1/4. d_total: 0, (2 + 1) / 2 twice, 1/2: 7/8.
  EXPECT_NEAR(SeparationR2(Rows({1, 0, -1, 0, 0, 1}, 2), Labels({0, 1, 1}), 2),
              1 - (1. / 4) / (7. / 8), kTolerance);
}

TEST(SeparationTest, IsTheDefinition) {
  // All pairs, class by class.
  const at::Tensor z = SomeVectors().to(at::kDouble), labels = SomeLabels();
  const at::Tensor distance =
      1 - z.mm(z.t()) / z.norm(2, 1).outer(z.norm(2, 1));
  double within = 0, total = 0;
  for (int64_t j = 0; j < 4; ++j) {
    for (int64_t k = 0; k < 4; ++k) {
      const at::Tensor pairs =
          labels.eq(j).unsqueeze(1).logical_and(labels.eq(k).unsqueeze(0));
      const double mean = distance.masked_select(pairs).mean().item<double>();
      total += mean / 16;
      if (j == k) within += mean / 4;
    }
  }
  const double r2 = SeparationR2(SomeVectors(), labels, 4);
  EXPECT_NEAR(r2, 1 - within / total, kTolerance);
  EXPECT_GT(r2, 0.1);
  EXPECT_LT(r2, 0.9);
}

TEST(SeparationTest, OneDirectionForEachClassIsFullSeparation) {
  EXPECT_NEAR(
      SeparationR2(Rows({1, 0, 5, 0, 0, 2, 0, 3}, 2), Labels({0, 0, 1, 1}), 2),
      1, kTolerance);
}

TEST(SeparationTest, EqualMeanDirectionsAreNoSeparation) {
  EXPECT_NEAR(
      SeparationR2(Rows({1, 0, 0, 1, 0, 2, 2, 0}, 2), Labels({0, 0, 1, 1}), 2),
      0, kTolerance);
}

TEST(SeparationTest, LengthsChangeNothing) {
  const double r2 = SeparationR2(SomeVectors(), SomeLabels(), 4);
  const at::Tensor lengths = at::arange(1, 91).to(at::kFloat).unsqueeze(1);
  // Float32 products: relative errors of 6e-8 in each entry.
  EXPECT_NEAR(SeparationR2(SomeVectors() * lengths, SomeLabels(), 4), r2, 1e-7);
}

TEST(SeparationTest, ClassesCountAlikeAndLargeSetsGoInPieces) {
  // 60 times the examples, and 60 times those of class 0 alone.
  const at::Tensor z = SomeVectors(), labels = SomeLabels();
  const double r2 = SeparationR2(z, labels, 4);
  EXPECT_NEAR(SeparationR2(z.repeat({60, 1}), labels.repeat({60}), 4), r2,
              kTolerance);
  const at::Tensor zeros = labels.eq(0).nonzero().squeeze(1).repeat({59});
  EXPECT_NEAR(SeparationR2(at::cat({z, z.index_select(0, zeros)}),
                           at::cat({labels, labels.index_select(0, zeros)}), 4),
              r2, kTolerance);
}

TEST(SeparationTest, ClassesWithoutExamplesDoNotCount) {
  const double r2 = SeparationR2(SomeVectors(), SomeLabels(), 4);
  EXPECT_EQ(SeparationR2(SomeVectors(), SomeLabels(), 9), r2);
  EXPECT_EQ(SeparationR2(SomeVectors(), SomeLabels() + 3, 9), r2);
}

TEST(SeparationTest, ZeroVectorsAreFarFromEverything) {
  // Class 0: two zeros, at distance 1 of each other and of themselves; class 1:
  // (1, 0). d_within: (1 + 0) / 2. d_total: (1 + 1 + 1 + 0) / 4.
  EXPECT_NEAR(SeparationR2(Rows({0, 0, 0, 0, 1, 0}, 2), Labels({0, 0, 1}), 2),
              1 - (1. / 2) / (3. / 4), kTolerance);
  // Nothing but zeros: every distance is 1.
  EXPECT_EQ(SeparationR2(at::zeros({4, 3}), Labels({0, 0, 1, 1}), 2), 0);
}

TEST(SeparationTest, NothingToSeparateGivesNaN) {
  EXPECT_TRUE(
      std::isnan(SeparationR2(SomeVectors(), at::zeros({90}, at::kLong), 1)));
  EXPECT_TRUE(
      std::isnan(SeparationR2(SomeVectors(), at::ones({90}, at::kLong), 4)));
  // One direction, but for the lengths and what rounding makes of them.
  const at::Tensor lengths = at::arange(1, 91).to(at::kFloat).unsqueeze(1) / 7;
  EXPECT_TRUE(std::isnan(SeparationR2(lengths * at::tensor({0.1f, -0.3f, 0.7f}),
                                      SomeLabels(), 4)));
}

TEST(SeparationTest, AnglesTooSmallToMeasureGiveNaN) {
  // d_total is a quarter of the squared angle, 2.5e-15: below 1e-12.
  EXPECT_TRUE(
      std::isnan(SeparationR2(Rows({1, 0, 1, 1e-7f}, 2), Labels({0, 1}), 2)));
}

TEST(SeparationTest, SmallAnglesAreStillMeasured) {
  // Classes at an angle of 1e-4, each one direction: R^2 = 1. d_total is half
  // of 1 - cos(1e-4) = 5e-9; float64 sums near 1 are good to 1e-15.
  EXPECT_NEAR(SeparationR2(Rows({1, 0, 1, 1e-4f}, 2), Labels({0, 1}), 2), 1,
              1e-6);
}

TEST(SeparationTest, WhatIsNotFiniteGivesNaN) {
  at::Tensor z = SomeVectors();
  z[3][2] = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(std::isnan(SeparationR2(z, SomeLabels(), 4)));
}

}  // namespace
}  // namespace bigstep
