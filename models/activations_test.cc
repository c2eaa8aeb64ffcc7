#include "models/activations.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace bigstep {
namespace {

using Function = std::function<at::Tensor(const at::Tensor&)>;

at::Tensor Pool3(const at::Tensor& x) { return MaxPool2d(x, 3, 2, 1); }

// The same for each call.
at::Tensor Random(at::IntArrayRef shape) {
  at::manual_seed(5);
  return at::randn(shape);
}

// The gradient at `x` of the sum of f(x) times 1, 2, 3, ...
at::Tensor GradientOf(const Function& f, const at::Tensor& x) {
  const at::Tensor leaf = x.detach().clone().requires_grad_();
  const at::Tensor y = f(leaf);
  const at::Tensor seed = at::arange(1, y.numel() + 1).view_as(y);
  return torch::autograd::grad({(y * seed).sum()}, {leaf})[0];
}

at::Tensor Rescaled(const Function& f, const at::Tensor& x) {
  const RescaleScope scope;
  return GradientOf(f, x);
}

TEST(ActivationsTest, OutsideAScopeTheyAreThoseOfLibTorch) {
  const at::Tensor x = Random({3, 2, 7, 6});
  const struct {
    Function ours, libtorch;
  } kPairs[] = {
      {Relu, [](const at::Tensor& t) { return at::relu(t); }},
      {[](const at::Tensor& t) { return ReluInPlace(t + 0); },
       [](const at::Tensor& t) { return at::relu(t); }},
      {Gelu, [](const at::Tensor& t) { return at::gelu(t); }},
      {Pool3, [](const at::Tensor& t) { return at::max_pool2d(t, 3, 2, 1); }},
  };
  for (const auto& [ours, libtorch] : kPairs) {
    EXPECT_TRUE(ours(x).equal(libtorch(x)));
    EXPECT_TRUE(GradientOf(ours, x).equal(GradientOf(libtorch, x)));
    // In a scope the values are the same.
    const RescaleScope scope;
    EXPECT_TRUE(ours(x).equal(libtorch(x)));
  }
}

TEST(ActivationsTest, OnlyReluInPlaceOverwritesAndNotInAScope) {
  at::Tensor x = at::tensor({-1.f, 2.f}).view({1, 2});
  Relu(x);
  {
    const RescaleScope scope;
    EXPECT_TRUE(ReluInPlace(x).equal(at::tensor({0.f, 2.f}).view({1, 2})));
  }
  EXPECT_TRUE(x.equal(at::tensor({-1.f, 2.f}).view({1, 2})));
  ReluInPlace(x);
  EXPECT_TRUE(x.equal(at::tensor({0.f, 2.f}).view({1, 2})));
}

TEST(ActivationsTest, ReluByHand) {
  const at::Tensor x =
      at::tensor({2.f, -1.f, 3.f, -2.f, 5.f, -1.f, 0.f,  4.f, 4.f,  4.f, 4.f,
                  4.f, 4.f,  4.f, -2.f, 1.f, 1.f,  -4.f, 5.f, -1.f, 0.f})
          .view({3, 7});
  // (2 - 0) / (2 + 2), (0 - 1) / (-1 - 1), (3 - 1) / (3 - 1), 0 / (-2 + 4);
  // then equal: derivatives 1, 0 and, at 0, LibTorch's 0.
  const at::Tensor first =
      at::tensor({0.5f, 0.5f, 1.f, 0.f, 1.f, 0.f, 0.f}) * at::arange(1, 8);
  // 4 / 6, 1, 1, 4 / 8; (4 - 5) / (4 - 5); 4 / 5; 4 / 4.
  const at::Tensor second =
      at::tensor({4.f / 6, 1.f, 1.f, 0.5f, 1.f, 0.8f, 1.f}) * at::arange(8, 15);
  const at::Tensor gradient = Rescaled(Relu, x);
  EXPECT_TRUE(gradient[0].equal(first));
  // 1e-6: one rounding of numbers near 10.
  EXPECT_TRUE(at::allclose(gradient[1], second, 0, 1e-6));
  // The baseline against itself: the derivative.
  EXPECT_TRUE(
      gradient[2].equal(at::tensor({0.f, 16.f, 17.f, 0.f, 19.f, 0.f, 0.f})));
}

TEST(ActivationsTest, ReluIsRescaledHoweverSmallTheChange) {
  // 1e-30 / (1e-30 + 3e-30).
  const at::Tensor x = at::tensor({1e-30f, -3e-30f}).view({2, 1});
  EXPECT_FLOAT_EQ(Rescaled(Relu, x)[0].item<float>(), 0.25f);
}

// By the definition, in double.
double GeluValue(double x) { return x * (1 + std::erf(x / std::sqrt(2))) / 2; }

TEST(ActivationsTest, GeluIsTheQuotientAlsoWhereFloatsAreTooClose) {
  const std::vector<std::pair<double, double>> cases = {
      {1, -1},          {0.5, 3},       {-2, 0},           {0.3, 0.31},
      {0.3, 0.309},     {0.3, 0.30001}, {0.75, 0.7500001}, {-1.5, -1.4951},
      {2.4, 2.4098765}, {-0.1, -0.0899}};
  for (const auto& [to, from] : cases) {
    const auto x = static_cast<float>(to), x0 = static_cast<float>(from);
    const double quotient =
        (GeluValue(x) - GeluValue(x0)) / (static_cast<double>(x) - x0);
    const at::Tensor rows = at::tensor({x, x0}).view({2, 1});
    // 1e-5: the sum of the errors that the header's 0.01 balances.
    EXPECT_NEAR(Rescaled(Gelu, rows)[0].item<double>(), quotient, 1e-5)
        << to << " against " << from;
  }
}

TEST(ActivationsTest, GeluOfTheBaselineHasItsDerivative) {
  // 1 / 2 at 0.
  EXPECT_FLOAT_EQ(Rescaled(Gelu, at::zeros({2, 1}))[0].item<float>(), 0.5f);
}

TEST(ActivationsTest, MaxPoolByHand) {
  // Four windows of 2 x 2 beside each other.
  const at::Tensor x = at::tensor({1.f, 5.f, 1.f, 2.f, 3.f, 1.f, 1.f, 0.f, 2.f,
                                   3.f, 0.f, 3.f, 2.f, 0.f, 2.f, 4.f})
                           .view({1, 1, 2, 8});
  const at::Tensor x0 = at::tensor({4.f, 0.f, 7.f, 1.f, 3.f, 1.f, 4.f, 1.f, 1.f,
                                    2.f, 2.f, 4.f, 2.f, 0.f, 2.f, 1.f})
                            .view({1, 1, 2, 8});
  const at::Tensor gradient =
      Rescaled([](const at::Tensor& t) { return MaxPool2d(t, 2, 2, 0); },
               at::cat({x, x0}));
  // Rises from 4 to 5 by the one that rises from 0; falls from 7 to 3 by the
  // one that falls from 7 to 1; stays at 3 as a whole: the derivative; and
  // stays at 4 though others do not: no change to give.
  const at::Tensor expected =
      at::tensor({0.f, 1.f / 5, 4.f / 6, 0.f, 1.f, 0.f, 0.f, 0.f, 0.f, 0.f, 0.f,
                  0.f, 0.f, 0.f, 0.f, 0.f})
          .view({2, 8}) *
      at::tensor({1.f, 1.f, 2.f, 2.f, 3.f, 3.f, 4.f, 4.f});
  // 1e-6: one rounding of numbers near 1.
  EXPECT_TRUE(at::allclose(gradient[0][0], expected, 0, 1e-6)) << gradient;
}

// Witness: the two one after the other, in values and gradients; many entries
// of a window are negative, or equal.
TEST(ActivationsTest, MaxPoolOfReluIsTheTwoInTurn) {
  at::manual_seed(1);
  const at::Tensor random = at::randint(-4, 3, {4, 3, 8, 8}).to(at::kFloat);
  const at::Tensor weights = at::rand({4, 3, 4, 4});
  for (const bool scope : {false, true}) {
    for (const auto& [kernel, padding] : {std::pair(2, 0), std::pair(3, 1)}) {
      const at::Tensor a = random.clone().requires_grad_();
      const at::Tensor b = random.clone().requires_grad_();
      std::optional<RescaleScope> rescale;
      if (scope) rescale.emplace();
      const at::Tensor fused = MaxPoolOfRelu(a, kernel, 2, padding);
      const at::Tensor turns = MaxPool2d(Relu(b), kernel, 2, padding);
      EXPECT_TRUE(fused.equal(turns));
      (fused * weights).sum().backward();
      (turns * weights).sum().backward();
      EXPECT_TRUE(a.grad().equal(b.grad())) << scope << kernel;
    }
  }
}

// What multipliers are for: they turn changes of the input into the change of
// the output, here with overlapping windows and padding as well.
TEST(ActivationsTest, MultipliersGiveTheWholeChange) {
  const at::Tensor x = Random({5, 3, 9, 8});
  for (const Function& f : {Function(Relu), Function(Gelu), Function(Pool3)}) {
    const at::Tensor y = f(x);
    const at::Tensor seed =
        at::arange(1, y.numel() + 1).view_as(y).to(at::kDouble);
    const at::Tensor change =
        ((y - y.slice(0, -1)).to(at::kDouble) * seed).flatten(1).sum(1);
    const at::Tensor given =
        ((x - x.slice(0, -1)).to(at::kDouble) * Rescaled(f, x))
            .flatten(1)
            .sum(1);
    // 1e-6 of the sum of magnitudes: a few roundings of each term.
    const double tolerance = 1e-6 * (y.abs() * seed).sum().item<double>();
    EXPECT_TRUE(at::allclose(given, change, 0, tolerance)) << given << change;
  }
}

TEST(ActivationsTest, TheScopeOfTheForwardPassDecides) {
  const at::Tensor x = at::tensor({2.f, -2.f}).view({2, 1}).requires_grad_();
  at::Tensor y;
  {
    const RescaleScope scope;
    y = Relu(x);
  }
  EXPECT_EQ(torch::autograd::grad({y[0].sum()}, {x})[0][0].item<float>(), 0.5f);
  EXPECT_EQ(torch::autograd::grad({Relu(x)[0].sum()}, {x})[0][0].item<float>(),
            1.f);
}

TEST(ActivationsTest, AScopeIsOfItsThread) {
  const at::Tensor x = at::tensor({2.f, -2.f}).view({2, 1});
  const RescaleScope scope;
  at::Tensor elsewhere;
  std::thread([&] { elsewhere = GradientOf(Relu, x); }).join();
  EXPECT_EQ(elsewhere[0].item<float>(), 1.f);
  EXPECT_EQ(GradientOf(Relu, x)[0].item<float>(), 0.5f);
}

TEST(ActivationsDeathTest, ScopesDoNotNest) {
  const RescaleScope scope;
  EXPECT_DEATH(RescaleScope(), "within another");
}

}  // namespace
}  // namespace bigstep
