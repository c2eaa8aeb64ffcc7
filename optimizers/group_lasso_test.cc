#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

#include "base/testing.h"
#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

at::Tensor Penalty(const std::string& coefficient,
                   const NamedTensors& parameters) {
  return MakePlugin<RegularizerFamily>(
             "{name: group_lasso, coefficient: " + coefficient + "}", {})
      ->Penalty(parameters);
}

// Rows of norm 5 and 0, and a vector.
NamedTensors Parameters() {
  return {
      {"weight",
       at::tensor({3.0, -4.0, 0.0, 0.0}).view({2, 2}).set_requires_grad(true)},
      {"bias", at::tensor({7.0, 8.0}).set_requires_grad(true)}};
}

TEST(GroupLassoTest, IsTheCoefficientTimesTheSumOfTheNormsOfRows) {
  const at::Tensor penalty = Penalty("0.5", Parameters());
  EXPECT_EQ(penalty.dim(), 0);
  EXPECT_EQ(penalty.scalar_type(), at::kDouble);
  // By hand: 0.5 * (5 + 0), the vector free.
  EXPECT_EQ(penalty.item<double>(), 2.5);
}

TEST(GroupLassoTest, GroupsAreRowsNotColumns) {
  const at::Tensor weight = at::tensor({3.0, 0.0, 4.0, 0.0}).view({2, 2});
  // 3 + 4; by columns it would be 5.
  EXPECT_EQ(Penalty("1", {{"weight", weight}}).item<double>(), 7);
}

TEST(GroupLassoTest, AFilterOfAConvolutionIsOneGroup) {
  // Two filters over two channels of 1 x 2: (1, 2, 2, 4), of norm 5, and
  // (0, 0, 0, 2).
  const at::Tensor weight =
      at::tensor({1.0, 2.0, 2.0, 4.0, 0.0, 0.0, 0.0, 2.0}).view({2, 2, 1, 2});
  EXPECT_EQ(Penalty("1", {{"weight", weight}}).item<double>(), 7);
}

TEST(GroupLassoTest, AllTensorsAreAddedUp) {
  const at::Tensor a = at::tensor({3.0, 4.0}).view({1, 2});
  const at::Tensor b = at::tensor({-2.0}).view({1, 1});
  EXPECT_EQ(Penalty("2", {{"a", a}, {"b", b}}).item<double>(), 2 * (5 + 2));
}

TEST(GroupLassoTest, GradientPointsAlongTheRowAndIsZeroAtZero) {
  const NamedTensors parameters = Parameters();
  Penalty("0.5", parameters).backward();
  // 0.5 * row / 5.
  EXPECT_TRUE(parameters[0].second.grad().allclose(
      at::tensor({0.3, -0.4, 0.0, 0.0}).view({2, 2}), 0, 1e-15))
      << parameters[0].second.grad();
  EXPECT_FALSE(parameters[1].second.grad().defined());
}

TEST(GroupLassoTest, GradientIsFiniteAtTinyRowsInFloat32) {
  // Squares of 1e-30 are 0 in float32.
  const at::Tensor weight = at::tensor({1e-30f, 1e-30f, 0.f, 1.f})
                                .view({2, 2})
                                .set_requires_grad(true);
  Penalty("1", {{"weight", weight}}).backward();
  EXPECT_TRUE(at::isfinite(weight.grad()).all().item<bool>()) << weight.grad();
  EXPECT_TRUE(weight.grad()[1].equal(at::tensor({0.f, 1.f})));
}

TEST(GroupLassoTest, WithoutRowsItIsZero) {
  const at::Tensor penalty = Penalty("1", {{"bias", at::ones({3})}});
  EXPECT_EQ(penalty.dim(), 0);
  EXPECT_EQ(penalty.item<float>(), 0);
}

TEST(GroupLassoTest, LeavesParametersAlone) {
  const NamedTensors parameters = Parameters();
  Penalty("0.5", parameters).backward();
  EXPECT_TRUE(parameters[0].second.detach().equal(Parameters()[0].second));
  EXPECT_TRUE(parameters[1].second.detach().equal(Parameters()[1].second));
}

}  // namespace
}  // namespace bigstep
