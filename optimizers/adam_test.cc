#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
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
      absl::StrCat("{name: adam, ", options, "}"), {parameters});
}

TEST(AdamTest, GoesWherePyTorchGoes) {
  const SmallRegression problem;
  const auto optimizer = Make("lr: 0.5", problem.parameters());
  ExpectGoldenSteps(*optimizer, problem, "adam.txt");
}

TEST(AdamTest, GoesWherePyTorchGoesWithOptions) {
  const SmallRegression problem;
  const auto optimizer =
      Make("lr: 0.5, beta1: 0.8, beta2: 0.9, eps: 0.1", problem.parameters());
  ExpectGoldenSteps(*optimizer, problem, "adam_options.txt");
}

TEST(AdamTest, KeepsThePromisesOfStep) {
  const SmallRegression problem;
  const auto optimizer = Make("lr: 0.5", problem.parameters());
  ExpectHonestStep(*optimizer, problem);
  // The second step has means that could be mistaken for the gradient.
  ExpectHonestStep(*optimizer, problem);
}

TEST(AdamTest, StepsByHand) {
  const at::Tensor w = Parameter(at::tensor({1.0}));
  const auto optimizer =
      Make("lr: 0.25, beta1: 0.5, beta2: 0.75, eps: 1", {{"w", w}});
  // m' = g and v' = g^2 at the first step: 0.25 * 3 / (3 + 1). Bias correction
  // rounds.
  optimizer->Step(FixedGradient(w, at::tensor({3.0})), 1);
  EXPECT_NEAR(w.item<double>(), 1 - 0.1875, 1e-15);
  // m = 0.5 * 1.5 + 0 = 0.75, m' = m / (1 - 0.25) = 1;
  // v = 0.75 * 2.25 + 0 = 1.6875, v' = v / (1 - 0.5625) = 27 / 7.
  // Half a step:
  optimizer->Step(FixedGradient(w, at::tensor({0.0})), 0.5);
  EXPECT_NEAR(w.item<double>(),
              1 - 0.1875 - 0.125 * 1 / (std::sqrt(27.0 / 7) + 1), 1e-15);
}

TEST(AdamTest, TheFirstStepIsTheLearningRateWhateverTheGradient) {
  for (const double size : {1e-4, 1.0, 1e4}) {
    const at::Tensor w = Parameter(at::tensor({1.0, 1.0}));
    const auto optimizer = Make("lr: 0.25", {{"w", w}});
    optimizer->Step(FixedGradient(w, at::tensor({size, -size})), 1);
    // g / (|g| + eps): off by eps / |g| = 1e-4 at most.
    EXPECT_TRUE(w.detach().allclose(at::tensor({0.75, 1.25}), 0, 0.25 * 1e-4))
        << w;
  }
}

TEST(AdamTest, ZeroGradientMovesNothingAtFirst) {
  const at::Tensor w = Parameter(at::tensor({1.0, -2.0}));
  const auto optimizer = Make("lr: 100", {{"w", w}});
  optimizer->Step(FixedGradient(w, at::zeros({2}, at::kDouble)), 1);
  EXPECT_TRUE(w.detach().equal(at::tensor({1.0, -2.0}))) << w;
}

TEST(AdamTest, RefusesWhatWouldDivideByZero) {
  Problems problems;
  const SpecNode node = ReadSpec(
      "{name: adam, lr: 1, beta1: 1, beta2: 1, "
      "eps: 0}",
      "test", 0, problems);
  Optimizers::Get().Read(node, "optimizer", problems);
  EXPECT_EQ(Message(problems),
            "test:1:21: optimizer.beta1: must be < 1, got 1\n"
            "test:1:31: optimizer.beta2: must be < 1, got 1\n"
            "test:1:41: optimizer.eps: must be > 0, got 0");
}

}  // namespace
}  // namespace bigstep
