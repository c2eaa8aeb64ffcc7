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

std::unique_ptr<Optimizer> Make(double lr, const NamedTensors& parameters) {
  return MakePlugin<OptimizerFamily>(absl::StrCat("{name: sgd, lr: ", lr, "}"),
                                     {parameters});
}

TEST(SgdTest, GoesWherePyTorchGoes) {
  const SmallRegression problem;
  const auto optimizer = Make(0.5, problem.parameters());
  ExpectGoldenSteps(*optimizer, problem, "sgd.txt");
}

TEST(SgdTest, KeepsThePromisesOfStep) {
  const SmallRegression problem;
  const auto optimizer = Make(0.5, problem.parameters());
  ExpectHonestStep(*optimizer, problem);
}

TEST(SgdTest, StepIsLrTimesScaleTimesGradient) {
  const at::Tensor w = Parameter(at::tensor({1.0, -2.0}));
  const auto optimizer = Make(0.25, {{"w", w}});
  const FixedGradient gradient(w, at::tensor({1.0, 8.0}));
  // By hand, exact in binary: 1 - 0.25 * 1, -2 - 0.25 * 8.
  optimizer->Step(gradient, 1);
  EXPECT_TRUE(w.detach().equal(at::tensor({0.75, -4.0}))) << w;
  // Half a step.
  optimizer->Step(gradient, 0.5);
  EXPECT_TRUE(w.detach().equal(at::tensor({0.625, -5.0}))) << w;
  // The scale of one step says nothing about the next.
  optimizer->Step(gradient, 1);
  EXPECT_TRUE(w.detach().equal(at::tensor({0.375, -7.0}))) << w;
  optimizer->Step(gradient, 0);
  EXPECT_TRUE(w.detach().equal(at::tensor({0.375, -7.0}))) << w;
}

TEST(SgdTest, ZeroGradientMovesNothing) {
  const at::Tensor w = Parameter(at::tensor({1.0, -2.0}));
  const auto optimizer = Make(100, {{"w", w}});
  optimizer->Step(FixedGradient(w, at::zeros({2}, at::kDouble)), 1);
  EXPECT_TRUE(w.detach().equal(at::tensor({1.0, -2.0}))) << w;
}

TEST(SgdTest, ChangesTheModelsOwnTensors) {
  const at::Tensor w = Parameter(at::ones({2}));
  const void* const storage = w.data_ptr();
  const at::Tensor handle = w;
  const auto optimizer = Make(0.25, {{"w", w}});
  optimizer->Step(FixedGradient(w, at::ones({2})), 1);
  EXPECT_EQ(w.data_ptr(), storage);
  EXPECT_TRUE(handle.detach().equal(at::tensor({0.75f, 0.75f})));
  EXPECT_EQ(w.scalar_type(), at::kFloat);
}

}  // namespace
}  // namespace bigstep
