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
      absl::StrCat("{name: adabelief, ", options, "}"), {parameters});
}

TEST(AdabeliefTest, StepsByHand) {
  const at::Tensor w = Parameter(at::tensor({1.0}, at::kDouble));
  const auto optimizer =
      Make("lr: 0.25, beta1: 0.5, beta2: 0.5, epsilon: 1e-30", {{"w", w}});
  const FixedGradient gradient(w, at::tensor({1.0}, at::kDouble));
  // m = 1/2, s = 1/8; m' = 1, s' = 1/4; w -= 1/4 * 1 / (1/2).
  optimizer->Step(gradient, 1);
  EXPECT_DOUBLE_EQ(w.item<double>(), 0.5);
  // m = 3/4, s = 1/16 + 1/32; m' = 1, s' = 1/8. Half a step by the schedule.
  optimizer->Step(gradient, 0.5);
  EXPECT_DOUBLE_EQ(w.item<double>(), 0.5 - 0.125 * std::sqrt(8.0));
}

TEST(AdabeliefTest, KeepsThePromisesOfStep) {
  const SmallRegression problem;
  const auto optimizer = Make("lr: 0.01", problem.parameters());
  ExpectHonestStep(*optimizer, problem);
  ExpectHonestStep(*optimizer, problem);
}

}  // namespace
}  // namespace bigstep
