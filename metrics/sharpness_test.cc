#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "metrics/weight_goldens.h"

namespace bigstep {
namespace {

// Inputs 2 and 4 through relu(x) to logits (a z, b z) with a = b = 0.
struct Regression {
  Regression() {
    const Split split = {at::tensor({2.f, 4.f}).view({2, 1}),
                         at::zeros({2}, at::kLong), at::zeros({2}, at::kLong)};
    dataset = {{{1}, 2, 1}, split, split, split};
  }
  TinyNet net{at::ones({1, 1}), at::zeros({2, 1})};
  Dataset dataset;
};

TEST(SharpnessTest, ByHand) {
  Regression r;
  const Json values =
      ComputeOn(r.net, r.dataset, "{name: sharpness, tolerance: 1.0e-6}");
  // In (hidden, bias) the Hessian at out = 0 is 0. In out it is p (1 - p) mean
  // x^2 [1 -1; -1 1] = 2.5 of it. The mixed ones are the mean of
  // (p - y)_k d z: (-1/2, 1/2) times mean x = 3 for hidden and 1 for bias. Let
  // u = (1, -1) / sqrt 2 in out: 5 on it; with hidden -3 / sqrt 2, with bias -1
  // / sqrt 2. Eigenvalues of [0 c; c 5] with c^2 = (9 + 1) / 2 = 5.
  const double expected = (5 + std::sqrt(25 + 20)) / 2;
  EXPECT_NEAR(values["hessian_max_eigenvalue"].get<double>(), expected, 1e-4);
  EXPECT_LT(values["residual"].get<double>(), 0.01);
  EXPECT_GE(values["products"].get<int64_t>(), 2);
}

TEST(SharpnessTest, IterationsAreBoundedAndTheResidualTells) {
  Regression r;
  const Json rough = ComputeOn(
      r.net, r.dataset, "{name: sharpness, iterations: 2, tolerance: 1.0e-9}");
  EXPECT_LE(rough["products"].get<int64_t>(), 4);
  const Json fine =
      ComputeOn(r.net, r.dataset, "{name: sharpness, tolerance: 1.0e-9}");
  EXPECT_LT(fine["residual"].get<double>(), rough["residual"].get<double>());
}

TEST(SharpnessTest, TheExamplesAreThoseOfTheSplitAskedFor) {
  Regression r;
  r.dataset.test.inputs = r.dataset.test.inputs * 10;
  const Json train = ComputeOn(r.net, r.dataset, "sharpness");
  const Json test =
      ComputeOn(r.net, r.dataset, "{name: sharpness, split: test}");
  EXPECT_GT(test["hessian_max_eigenvalue"].get<double>(),
            50 * train["hessian_max_eigenvalue"].get<double>());
}

TEST(SharpnessTest, TheOrderOfTheExamplesDoesNotMatter) {
  Regression r;
  Regression other;
  other.dataset.train.inputs = other.dataset.train.inputs.flip(0);
  EXPECT_NEAR(
      ComputeOn(r.net, r.dataset, "sharpness")["hessian_max_eigenvalue"]
          .get<double>(),
      ComputeOn(other.net, other.dataset, "sharpness")["hessian_max_eigenvalue"]
          .get<double>(),
      1e-5);
}

}  // namespace
}  // namespace bigstep
