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
      absl::StrCat("{name: adamw, ", options, "}"), {parameters});
}

TEST(AdamwTest, GoesWherePyTorchGoes) {
  const SmallRegression problem;
  // The default decay is PyTorch's.
  const auto optimizer = Make("lr: 0.5", problem.parameters());
  ExpectGoldenSteps(*optimizer, problem, "adamw.txt");
}

TEST(AdamwTest, GoesWherePyTorchGoesWithOptions) {
  const SmallRegression problem;
  const auto optimizer =
      Make("lr: 0.5, beta1: 0.8, beta2: 0.9, eps: 0.1, weight_decay: 0.3",
           problem.parameters());
  ExpectGoldenSteps(*optimizer, problem, "adamw_options.txt");
}

TEST(AdamwTest, KeepsThePromisesOfStep) {
  const SmallRegression problem;
  const auto optimizer = Make("lr: 0.5", problem.parameters());
  ExpectHonestStep(*optimizer, problem);
  ExpectHonestStep(*optimizer, problem);
}

TEST(AdamwTest, WithoutAGradientOnlyTheDecayMoves) {
  const at::Tensor w = Parameter(at::tensor({1.0, -2.0}));
  const auto optimizer = Make("lr: 0.5, weight_decay: 0.25", {{"w", w}});
  const FixedGradient gradient(w, at::zeros({2}, at::kDouble));
  // By hand, exact in binary: w -= 0.5 * 0.25 * w.
  optimizer->Step(gradient, 1);
  EXPECT_TRUE(w.detach().equal(at::tensor({0.875, -1.75}))) << w;
  // The schedule scales the decay as well: w -= 0.25 * 0.25 * w.
  optimizer->Step(gradient, 0.5);
  EXPECT_TRUE(w.detach().equal(at::tensor({0.8203125, -1.640625}))) << w;
}

TEST(AdamwTest, TheDecayIsDecoupledFromTheSizeOfTheGradient) {
  for (const double size : {1.0, 1e6}) {
    const at::Tensor w = Parameter(at::tensor({2.0}));
    const auto optimizer = Make("lr: 0.5, weight_decay: 0.25", {{"w", w}});
    optimizer->Step(FixedGradient(w, at::tensor({size})), 1);
    // The decay takes 0.25, Adam's step 0.5 * g / (|g| + 1e-8).
    EXPECT_NEAR(w.item<double>(), 2 - 0.25 - 0.5, 1e-8) << size;
  }
}

}  // namespace
}  // namespace bigstep
