#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

at::Tensor PerExample(double q, const at::Tensor& logits,
                      const std::vector<int64_t>& labels) {
  return MakePlugin<LossFamily>(
             absl::StrCat("{name: generalized_cross_entropy, q: ", q, "}"), {})
      ->PerExample(logits, at::tensor(labels));
}

// The gradient of the summed loss.
at::Tensor Gradient(double q, const at::Tensor& logits,
                    const std::vector<int64_t>& labels) {
  const at::Tensor leaf = logits.clone().set_requires_grad(true);
  PerExample(q, leaf, labels).sum().backward();
  return leaf.grad();
}

TEST(GeneralizedCrossEntropyTest, ByHand) {
  // p = 1/4 and 3/4; sqrt(1/4) = 1/2.
  const at::Tensor logits = at::tensor({1.0, 3.0, 1.0, 3.0}).log().view({2, 2});
  for (const double q : {0.25, 0.5, 0.7, 1.0}) {
    const at::Tensor loss = PerExample(q, logits, {0, 1});
    ASSERT_EQ(loss.sizes(), (std::vector<int64_t>{2}));
    EXPECT_NEAR(loss[0].item<double>(), (1 - std::pow(0.25, q)) / q, 1e-15);
    EXPECT_NEAR(loss[1].item<double>(), (1 - std::pow(0.75, q)) / q, 1e-15);
  }
  EXPECT_NEAR(PerExample(0.5, logits, {0, 1})[0].item<double>(), 1, 1e-15);
  EXPECT_NEAR(PerExample(1, logits, {0, 1})[1].item<double>(), 0.25, 1e-15);
}

TEST(GeneralizedCrossEntropyTest, TheDefaultIsThePapers) {
  const at::Tensor logits = at::tensor({1.0, 2.0, 5.0}).view({1, 3});
  EXPECT_TRUE(MakePlugin<LossFamily>("generalized_cross_entropy", {})
                  ->PerExample(logits, at::tensor({1}, at::kLong))
                  .equal(PerExample(0.7, logits, {1})));
}

// Witness: the gradient of cross-entropy, p - one_hot(y), by hand.
TEST(GeneralizedCrossEntropyTest, TheGradientIsWeighedByThePowerOfP) {
  // softmax(log 1, log 2, log 5) = (1, 2, 5) / 8.
  const at::Tensor logits = at::tensor({1.0, 2.0, 5.0}).log().view({1, 3});
  const double weight = std::pow(1.0 / 8, 0.7);
  const at::Tensor expected =
      at::tensor({-7 * weight / 8, 2 * weight / 8, 5 * weight / 8});
  EXPECT_TRUE(
      Gradient(0.7, logits, {0}).allclose(expected.view({1, 3}), 0, 1e-15));
}

TEST(GeneralizedCrossEntropyTest, SmallQIsNearCrossEntropy) {
  // (1 - p^q) / q = -log p - q (log p)^2 / 2 + ...
  const at::Tensor logits =
      at::arange(12, at::kDouble).sin().mul(3).view({3, 4});
  const at::Tensor labels = at::tensor({0, 3, 1}, at::kLong);
  const at::Tensor expected =
      MakePlugin<LossFamily>("cross_entropy", {})->PerExample(logits, labels);
  EXPECT_TRUE(PerExample(1e-6, logits, {0, 3, 1}).allclose(expected, 0, 1e-4));
}

TEST(GeneralizedCrossEntropyTest, ExtremeLogitsStayFinite) {
  for (const auto type : {at::kFloat, at::kDouble}) {
    for (const double q : {0.1, 0.5, 1.0}) {
      const at::Tensor logits =
          at::tensor({1e4, -1e4, -1e4, 1e4}).view({2, 2}).to(type);
      // By hand: a right answer costs nothing, a wrong one 1/q, and a step
      // changes neither.
      EXPECT_TRUE(PerExample(q, logits, {0, 0})
                      .allclose(at::tensor({0.0, 1 / q}).to(type), 1e-6, 0));
      EXPECT_TRUE(Gradient(q, logits, {0, 0}).eq(0).all().item<bool>());
    }
  }
}

}  // namespace
}  // namespace bigstep
