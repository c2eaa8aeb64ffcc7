#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "optimizers/optimizer.h"
#include "optimizers/testing.h"

namespace bigstep {
namespace {

std::unique_ptr<Optimizer> Make(const std::string& options,
                                const NamedTensors& parameters) {
  return MakePlugin<OptimizerFamily>(
      absl::StrCat("{name: momentum, ", options, "}"), {parameters});
}

TEST(MomentumTest, GoesWherePyTorchGoes) {
  const SmallRegression problem;
  // The default is momentum 0.9 without look-ahead.
  const auto optimizer = Make("lr: 0.5", problem.parameters());
  ExpectGoldenSteps(*optimizer, problem, "momentum.txt");
}

TEST(MomentumTest, GoesWherePyTorchGoesWithNesterov) {
  const SmallRegression problem;
  const auto optimizer =
      Make("lr: 0.5, momentum: 0.8, nesterov: true", problem.parameters());
  ExpectGoldenSteps(*optimizer, problem, "momentum_nesterov.txt");
}

TEST(MomentumTest, KeepsThePromisesOfStep) {
  for (const char* options : {"lr: 0.5", "lr: 0.5, nesterov: true"}) {
    SCOPED_TRACE(options);
    const SmallRegression problem;
    const auto optimizer = Make(options, problem.parameters());
    ExpectHonestStep(*optimizer, problem);
    // The second step has a velocity that could be mistaken for the gradient.
    ExpectHonestStep(*optimizer, problem);
  }
}

TEST(MomentumTest, StepsByHand) {
  const at::Tensor w = Parameter(at::tensor({1.0}));
  const auto optimizer = Make("lr: 0.25, momentum: 0.5", {{"w", w}});
  const FixedGradient gradient(w, at::tensor({1.0}));
  // v = 1, 1.5, 1.75; w = 1 - v / 4 = 0.75, 0.375, -0.0625.
  for (const double expected : {0.75, 0.375, -0.0625}) {
    optimizer->Step(gradient, 1);
    EXPECT_EQ(w.item<double>(), expected);
  }
  // Half a step: v = 1.875, w -= v / 8. The velocity is free of the scale:
  optimizer->Step(gradient, 0.5);
  EXPECT_EQ(w.item<double>(), -0.0625 - 1.875 / 8);
  // v = 1.9375.
  optimizer->Step(gradient, 1);
  EXPECT_EQ(w.item<double>(), -0.0625 - 1.875 / 8 - 1.9375 / 4);
}

TEST(MomentumTest, NesterovStepsByHand) {
  const at::Tensor w = Parameter(at::tensor({1.0}));
  const auto optimizer =
      Make("lr: 0.25, momentum: 0.5, nesterov: true", {{"w", w}});
  const FixedGradient gradient(w, at::tensor({1.0}));
  // v = 1, 1.5; steps of 1 + v / 2 = 1.5, 1.75 quarters.
  for (const double expected : {1 - 1.5 / 4, 1 - 3.25 / 4}) {
    optimizer->Step(gradient, 1);
    EXPECT_EQ(w.item<double>(), expected);
  }
}

TEST(MomentumTest, WithoutMomentumItIsGradientDescent) {
  const at::Tensor w = Parameter(at::tensor({1.0}));
  const auto optimizer = Make("lr: 0.25, momentum: 0", {{"w", w}});
  const FixedGradient gradient(w, at::tensor({1.0}));
  for (const double expected : {0.75, 0.5, 0.25}) {
    optimizer->Step(gradient, 1);
    EXPECT_EQ(w.item<double>(), expected);
  }
}

TEST(MomentumTest, ZeroGradientMovesNothingAtFirstAndVelocityLater) {
  const at::Tensor w = Parameter(at::tensor({1.0}));
  const auto optimizer = Make("lr: 0.25, momentum: 0.5", {{"w", w}});
  optimizer->Step(FixedGradient(w, at::tensor({0.0})), 1);
  EXPECT_EQ(w.item<double>(), 1);
  optimizer->Step(FixedGradient(w, at::tensor({1.0})), 1);  // v = 1.
  EXPECT_EQ(w.item<double>(), 0.75);
  optimizer->Step(FixedGradient(w, at::tensor({0.0})), 1);  // v = 0.5.
  EXPECT_EQ(w.item<double>(), 0.625);
}

TEST(MomentumTest, EachParameterHasItsOwnVelocity) {
  const at::Tensor a = Parameter(at::tensor({1.0}));
  const at::Tensor b = Parameter(at::tensor({1.0}));
  const auto optimizer = Make("lr: 0.25, momentum: 0.5", {{"a", a}, {"b", b}});
  const FixedGradient gradient_a(a, at::tensor({1.0}));
  const FixedGradient gradient_b(b, at::tensor({-2.0}));
  const auto both = [&] {
    gradient_a();
    return gradient_b();
  };
  optimizer->Step(both, 1);
  optimizer->Step(both, 1);
  EXPECT_EQ(a.item<double>(), 0.375);  // As in StepsByHand.
  EXPECT_EQ(b.item<double>(), 1 + 2 * 0.625);
}

TEST(MomentumTest, RefusesNesterovWithoutMomentum) {
  Problems problems;
  const SpecNode node =
      ReadSpec("{name: momentum, lr: 1, momentum: 0, nesterov: true}", "test",
               0, problems);
  Optimizers::Get().Read(node, "optimizer", problems);
  EXPECT_EQ(Message(problems),
            "test:1:1: optimizer: nesterov needs momentum > 0");
}

}  // namespace
}  // namespace bigstep
