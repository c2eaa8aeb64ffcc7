#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

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
  // The other eigenvalues are -0.85 and zeros: each product divides what is
  // wrong with the vector by 6.9.
  EXPECT_LE(values["products"].get<int64_t>(), 20);
}

TEST(SharpnessTest, TheResidualIsRelativeToTheEigenvalue) {
  Regression r;
  r.dataset.train.inputs = r.dataset.train.inputs * 10;
  // As above with c^2 = (900 + 1) / 2 and 500 for 5: 500.9 and -0.9. One
  // product leaves less than 1/500 of the error of the vector, whose
  // residual is 500 times that.
  const Json values = ComputeOn(
      r.net, r.dataset, "{name: sharpness, iterations: 2, tolerance: 1.0e-9}");
  EXPECT_GT(values["residual"].get<double>(), 0);
  EXPECT_LT(values["residual"].get<double>(), 0.02);
}

TEST(SharpnessTest, ATighterToleranceTakesMoreProducts) {
  Regression r;
  const auto products = [&](const std::string& tolerance) {
    return ComputeOn(
               r.net, r.dataset,
               "{name: sharpness, tolerance: " + tolerance + "}")["products"]
        .get<int64_t>();
  };
  EXPECT_LT(products("0.1"), products("0.001"));
  EXPECT_LT(products("0.001"), products("1.0e-9"));
}

TEST(SharpnessTest, NoMoreExamplesThanAskedForCount) {
  Regression r;
  // For one example x: [0 c; c x^2 / 2] with c^2 = (x^2 + 1) / 2.
  const double of_2 = (2 + std::sqrt(4 + 10)) / 2;
  const double of_4 = (8 + std::sqrt(64 + 34)) / 2;
  const double value =
      ComputeOn(r.net, r.dataset,
                "{name: sharpness, examples: 1, tolerance: 1.0e-6}")
          ["hessian_max_eigenvalue"]
              .get<double>();
  EXPECT_LT(std::min(std::abs(value - of_2), std::abs(value - of_4)), 1e-4);
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
  Split& one = r.dataset.test;
  one = {one.inputs.slice(0, 1) * 10, one.labels.slice(0, 1),
         one.bias_labels.slice(0, 1)};
  const Json train = ComputeOn(r.net, r.dataset, "sharpness");
  // Both of its examples: see ByHand.
  EXPECT_NEAR(train["hessian_max_eigenvalue"].get<double>(),
              (5 + std::sqrt(45)) / 2, 0.01);
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
