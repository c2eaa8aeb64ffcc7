#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
#include "models/model.h"

namespace bigstep {
namespace {

std::unique_ptr<Model> Make(const std::string& spec, int64_t inputs,
                            int64_t numbers) {
  TaskSpec task = {{inputs}, /*num_classes=*/1, /*num_biases=*/1};
  task.num_targets = numbers;
  return MakePlugin<ModelFamily>(spec, {task, 1});
}

TEST(DiagonalLinearTest, ForwardAndGradientByHand) {
  const auto model = Make("diagonal_linear", 2, 1);
  const auto parameters = model->named_parameters();
  const at::Tensor u = parameters["u"], v = parameters["v"];
  u.detach().copy_(at::tensor({2.f, -1.f}).view({1, 2}));
  v.detach().copy_(at::tensor({3.f, 0.5f}).view({1, 2}));
  const ModelOutput output =
      model->Forward(at::tensor({1.f, 4.f, -2.f, 0.f}).view({2, 2}));
  // x * u: (2, -4), (-4, 0); times v: 6 - 2 and -12.
  EXPECT_TRUE(output.representation.equal(
      at::tensor({2.f, -4.f, -4.f, 0.f}).view({2, 2})));
  EXPECT_TRUE(output.logits.equal(at::tensor({4.f, -12.f}).view({2, 1})));
  output.logits.sum().backward();
  // Sums over examples: x is (-1, 4); du = x * v, dv = x * u.
  EXPECT_TRUE(u.grad().equal(at::tensor({-3.f, 2.f}).view({1, 2})));
  EXPECT_TRUE(v.grad().equal(at::tensor({-2.f, -4.f}).view({1, 2})));
}

TEST(DiagonalLinearTest, StartsAsPublished) {
  const auto model =
      Make("{name: diagonal_linear, init: constant, scale_u: 0.1, scale_v: 0}",
           3, 2);
  const auto parameters = model->named_parameters();
  EXPECT_TRUE(parameters["u"].equal(at::full({1, 3}, 0.1)));
  EXPECT_TRUE(parameters["v"].equal(at::zeros({2, 3})));
}

TEST(DiagonalLinearTest, NormalWeightsHaveTheirDeviation) {
  const auto model = Make("{name: diagonal_linear, scale_v: 2}", 10000, 1);
  // Six standard deviations of the mean square of n normal numbers, which are
  // sqrt(2 / n) of it.
  const double margin = 6 * std::sqrt(2 / 10000.);
  const auto parameters = model->named_parameters();
  EXPECT_NEAR(parameters["u"].square().mean().item<double>() / 0.09, 1, margin);
  EXPECT_NEAR(parameters["v"].square().mean().item<double>() / 4, 1, margin);
}

}  // namespace
}  // namespace bigstep
