#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

#include "base/testing.h"
#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

// A matrix and a vector, as weights and biases are.
NamedTensors Parameters() {
  return {
      {"weight",
       at::tensor({1.0, 2.0, -2.0, 0.0}).view({2, 2}).set_requires_grad(true)},
      {"bias", at::tensor({-3.0}).set_requires_grad(true)}};
}

at::Tensor Penalty(const std::string& coefficient,
                   const NamedTensors& parameters) {
  return MakePlugin<RegularizerFamily>(
             "{name: l1, coefficient: " + coefficient + "}", {})
      ->Penalty(parameters);
}

TEST(L1Test, IsTheCoefficientTimesTheSumOfAllAbsoluteValues) {
  const at::Tensor penalty = Penalty("0.5", Parameters());
  EXPECT_EQ(penalty.dim(), 0);
  // By hand: 0.5 * (1 + 2 + 2 + 0 + 3).
  EXPECT_EQ(penalty.item<double>(), 4);
}

TEST(L1Test, GradientIsTheCoefficientTimesTheSignAndZeroAtZero) {
  const NamedTensors parameters = Parameters();
  Penalty("0.5", parameters).backward();
  EXPECT_TRUE(parameters[0].second.grad().equal(
      at::tensor({0.5, 0.5, -0.5, 0.0}).view({2, 2})));
  EXPECT_TRUE(parameters[1].second.grad().equal(at::tensor({-0.5})));
}

TEST(L1Test, CoefficientZeroAddsNothing) {
  const NamedTensors parameters = Parameters();
  const at::Tensor penalty = Penalty("0", parameters);
  EXPECT_EQ(penalty.item<double>(), 0);
  penalty.backward();
  EXPECT_TRUE(parameters[0].second.grad().eq(0).all().item<bool>());
}

TEST(L1Test, LeavesParametersAlone) {
  const NamedTensors parameters = Parameters();
  Penalty("0.5", parameters).backward();
  EXPECT_TRUE(parameters[0].second.detach().equal(Parameters()[0].second));
  EXPECT_TRUE(parameters[1].second.detach().equal(Parameters()[1].second));
}

}  // namespace
}  // namespace bigstep
