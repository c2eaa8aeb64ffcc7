#include "metrics/outputs/selectivity.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace bigstep {
namespace {

// Sums of some numbers near 1 in float64.
constexpr double kTolerance = 1e-13;

at::Tensor Labels(const std::vector<int64_t>& labels) {
  return at::tensor(labels, at::kLong);
}

std::vector<double> IndexOf(const at::Tensor& z, const at::Tensor& labels,
                            int64_t num_classes) {
  const at::Tensor index = SelectivityIndex(z, labels, num_classes);
  return {index.data_ptr<double>(), index.data_ptr<double>() + index.numel()};
}

// Four examples of three units. Class 0: the first two; class 1: the third;
// class 2: the fourth.
at::Tensor ThreeUnits() {
  return at::tensor({1.f, 2.f, 0.f,   //
                     3.f, -2.f, 0.f,  //
                     1.f, 2.f, 0.f,   //
                     0.f, 2.f, 4.f})
      .view({4, 3});
}

TEST(SelectivityTest, ByHand) {
  const std::vector<double> index =
      IndexOf(ThreeUnits(), Labels({0, 0, 1, 2}), 3);
  // Means of the first unit: 2, 1, 0; the others' mean is 1/2.
  EXPECT_NEAR(index[0], 1.5 / (2.5 + 1e-6), kTolerance);
  EXPECT_EQ(index[1], 0);  // Magnitude 2 for all.
  EXPECT_NEAR(index[2], 4 / (4 + 1e-6), kTolerance);
}

TEST(SelectivityTest, DeadUnitsHaveNone) {
  EXPECT_EQ(IndexOf(at::zeros({4, 1}), Labels({0, 0, 1, 2}), 3)[0], 0);
}

TEST(SelectivityTest, ClassesWithoutExamplesDoNotCount) {
  EXPECT_EQ(IndexOf(ThreeUnits(), Labels({1, 1, 3, 4}), 9),
            IndexOf(ThreeUnits(), Labels({0, 0, 1, 2}), 3));
}

TEST(SelectivityTest, OneClassGivesNaN) {
  for (const double value : IndexOf(ThreeUnits(), Labels({1, 1, 1, 1}), 3)) {
    EXPECT_TRUE(std::isnan(value));
  }
}

TEST(SelectivityTest, EqualMeansGiveExactlyZero) {
  // 0.1 is not a float64: sums over the classes round.
  const at::Tensor z = at::full({70, 1}, 0.1f);
  EXPECT_EQ(IndexOf(z, at::arange(70).remainder(7), 7)[0], 0);
}

TEST(SelectivityTest, LargeSetsGoInPieces) {
  const at::Tensor z = ThreeUnits().repeat({3000, 1});
  const at::Tensor labels = Labels({0, 0, 1, 2}).repeat({3000});
  const std::vector<double> all = IndexOf(z, labels, 3);
  const std::vector<double> few =
      IndexOf(ThreeUnits(), Labels({0, 0, 1, 2}), 3);
  for (size_t unit = 0; unit < few.size(); ++unit) {
    EXPECT_NEAR(all[unit], few[unit], kTolerance);
  }
}

TEST(SelectivityTest, UnitsThatAreNotFiniteGiveNaN) {
  at::Tensor z = ThreeUnits();
  z[2][0] = std::numeric_limits<float>::infinity();
  const std::vector<double> index = IndexOf(z, Labels({0, 0, 1, 2}), 3);
  EXPECT_TRUE(std::isnan(index[0]));
  EXPECT_EQ(index[1], 0);
}

}  // namespace
}  // namespace bigstep
