#include "metrics/loss/hessian.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "base/testing.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

SymmetricProduct Of(const at::Tensor& matrix) {
  return [matrix](const at::Tensor& v) { return matrix.mv(v); };
}

TopEigenvalue Top(const at::Tensor& matrix, double tolerance = 1e-12,
                  int64_t most = 1000) {
  const auto top = LargestEigenvalue(
      Of(matrix), at::arange(1, matrix.size(0) + 1, at::kDouble), tolerance,
      most);
  EXPECT_OK(top);
  return *top;
}

// Symmetric, with these eigenvalues: rotated by a reflection.
at::Tensor WithEigenvalues(const std::vector<double>& values) {
  const auto n = static_cast<int64_t>(values.size());
  const at::Tensor u = at::arange(1, n + 1, at::kDouble).cos();
  const at::Tensor reflection =
      at::eye(n, at::kDouble) - 2 * at::outer(u, u) / u.dot(u);
  return reflection.matmul(at::diag(at::tensor(values))).matmul(reflection);
}

TEST(LargestEigenvalueTest, OfMatricesWithKnownOnes) {
  // 1e-9: it converges like the square of the ratio of the two largest, 0.8.
  EXPECT_NEAR(Top(WithEigenvalues({5, 4, -1, 0.1})).value, 5, 1e-9);
  EXPECT_TRUE(Top(WithEigenvalues({5, 4, -1, 0.1})).converged);
}

TEST(LargestEigenvalueTest, ANegativeOneOfLargerMagnitudeIsShiftedAway) {
  const TopEigenvalue top = Top(WithEigenvalues({3, 1, -8, 0.5}));
  EXPECT_NEAR(top.value, 3, 1e-9);
  // Norm 1e-5: the vector is as accurate as the root of the value.
  EXPECT_LT(top.residual, 1e-4);
  EXPECT_NEAR(Top(WithEigenvalues({-2, -3, -9})).value, -2, 1e-9);
}

TEST(LargestEigenvalueTest, OneOfEqualMagnitudeIsShiftedAway) {
  EXPECT_NEAR(Top(at::diag(at::tensor({1., -1., 0.2}))).value, 1, 1e-9);
  EXPECT_NEAR(Top(WithEigenvalues({2, -2, 0.5, -1})).value, 2, 1e-9);
  // The first v'Hv is 0, which is not convergence.
  const at::Tensor swap = at::tensor({0., 1., 1., 0.}).view({2, 2});
  const auto top =
      LargestEigenvalue(Of(swap), at::tensor({1., 0.}), 1e-12, 1000);
  ASSERT_OK(top);
  EXPECT_NEAR(top->value, 1, 1e-9);
}

TEST(LargestEigenvalueTest, GivesUpAfterSoManyProductsAndSaysSo) {
  const TopEigenvalue top = Top(WithEigenvalues({5, 4.99, 1}), 1e-15, 4);
  EXPECT_EQ(top.products, 4);
  EXPECT_FALSE(top.converged);
  EXPECT_GT(top.residual, 0);
  // Those before a shift count as well.
  EXPECT_EQ(Top(WithEigenvalues({5, 4.99, -8}), 1e-15, 4).products, 8);
}

TEST(LargestEigenvalueTest, ABetterValueFromBeforeTheShiftStays) {
  // From (1, 5, 0.5), one product leads to (1, 0, -0.5), where v'Hv is
  // (1 - 0.25) / 1.25. Shifted by its ||H v|| = 1, it leads to (2, 5, 0), where
  // it is 4 / 29.
  const auto top = LargestEigenvalue(Of(at::diag(at::tensor({1., 0., -1.}))),
                                     at::tensor({1., 5., 0.5}), 1e-12, 2);
  ASSERT_OK(top);
  EXPECT_NEAR(top->value, 0.6, 1e-14);
  EXPECT_EQ(top->products, 4);
}

TEST(LargestEigenvalueTest, ZeroHasZero) {
  const TopEigenvalue top = Top(at::zeros({3, 3}, at::kDouble));
  EXPECT_EQ(top.value, 0);
  EXPECT_EQ(top.residual, 0);
  EXPECT_TRUE(top.converged);
}

TEST(LargestEigenvalueTest, ErrorsOfTheProductAreItsOwn) {
  const auto top = LargestEigenvalue(
      [](const at::Tensor&) -> absl::StatusOr<at::Tensor> {
        return absl::CancelledError("interrupted");
      },
      at::ones({2}), 0.1, 5);
  EXPECT_EQ(top.status(), absl::CancelledError("interrupted"));
}

class LossHessianTest : public testing::Test {
 protected:
  LossHessianTest() {
    const Split split = {
        (at::arange(24, at::kDouble) * 1.3).sin().view({8, 3}).to(at::kFloat),
        at::arange(8, at::kLong).remainder(2), at::zeros({8}, at::kLong)};
    dataset_ = {{{3}, 2, 1}, split, split, split};
  }

  Dataset dataset_;
  TinyNet net_{
      (at::arange(6, at::kDouble) * 0.7).cos().view({2, 3}).to(at::kFloat),
      (at::arange(4, at::kDouble) * 2.1).sin().view({2, 2}).to(at::kFloat)};
};

// Entry by entry: the gradient of each entry of the gradient.
at::Tensor ExplicitHessian(TinyNet& net, const Split& split) {
  const std::vector<at::Tensor> parameters = net.parameters();
  const auto flat = [](const std::vector<at::Tensor>& tensors) {
    std::vector<at::Tensor> pieces;
    for (const at::Tensor& tensor : tensors) pieces.push_back(tensor.flatten());
    return at::cat(pieces);
  };
  const at::Tensor loss =
      at::cross_entropy_loss(net.Forward(split.inputs).logits, split.labels);
  const at::Tensor gradient = flat(torch::autograd::grad(
      {loss}, parameters, {}, true, /*create_graph=*/true));
  std::vector<at::Tensor> rows;
  for (int64_t i = 0; i < gradient.numel(); ++i) {
    rows.push_back(
        flat(torch::autograd::grad({gradient[i]}, parameters, {}, true)));
  }
  return at::stack(rows);
}

TEST_F(LossHessianTest, ProductsAreThoseOfTheExplicitMatrix) {
  const at::Tensor matrix = ExplicitHessian(net_, dataset_.train);
  ASSERT_EQ(matrix.size(0), 12);  // 6 + 2 + 4 parameters.
  const NetworkState before(net_);
  for (const int64_t batch_size : {1000, 3}) {
    Evaluation evaluation(dataset_, net_, net_.Maker(),
                          {.batch_size = batch_size});
    const SymmetricProduct product =
        LossHessian(evaluation, "train", at::arange(8));
    for (int64_t i = 0; i < 12; ++i) {
      const at::Tensor v = at::eye(12, at::kDouble)[i];
      // 1e-6: sums of float32 numbers below 1.
      EXPECT_TRUE(product(v)->allclose(matrix.to(at::kDouble).mv(v), 0, 1e-6))
          << i;
    }
  }
  EXPECT_TRUE(NetworkState(net_) == before);
}

TEST_F(LossHessianTest, ItsLargestEigenvalueIsThatOfTheExplicitMatrix) {
  const at::Tensor matrix = ExplicitHessian(net_, dataset_.train);
  const double expected =
      at::linalg_eigvalsh(matrix.to(at::kDouble)).max().item<double>();
  Evaluation evaluation(dataset_, net_, net_.Maker(), {});
  const auto top =
      LargestEigenvalue(LossHessian(evaluation, "train", at::arange(8)),
                        at::arange(1, 13, at::kDouble), 1e-7, 500);
  ASSERT_OK(top);
  EXPECT_NEAR(top->value, expected, 1e-5 * expected);  // float32 products.
}

TEST(LogisticRegressionTest, HessianByHand) {
  // One weight w = 0 into logits (w x, 0), inputs 2 and 4: the second
  // derivative is the mean of p (1 - p) x^2 = (4 + 16) / 4 / 2.
  TinyNet net(at::ones({1, 1}), at::zeros({2, 1}));
  const Split split = {at::tensor({2.f, 4.f}).view({2, 1}),
                       at::zeros({2}, at::kLong), at::zeros({2}, at::kLong)};
  const Dataset dataset = {{{1}, 2, 1}, split, split, split};
  Evaluation evaluation(dataset, net, net.Maker(), {});
  const SymmetricProduct product =
      LossHessian(evaluation, "train", at::arange(2));
  // Parameters: hidden, bias, out[0], out[1].
  const at::Tensor image = *product(at::tensor({0., 0., 1., 0.}));
  EXPECT_NEAR(image[2].item<double>(), 2.5, 1e-6);
  EXPECT_NEAR(image[3].item<double>(), -2.5, 1e-6);
}

}  // namespace
}  // namespace bigstep
