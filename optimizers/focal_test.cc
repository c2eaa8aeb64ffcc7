#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

at::Tensor PerExample(double gamma, const at::Tensor& logits,
                      const std::vector<int64_t>& labels) {
  return MakePlugin<LossFamily>(
             absl::StrCat("{name: focal, gamma: ", gamma, "}"), {})
      ->PerExample(logits, at::tensor(labels));
}

// The gradient of the summed loss.
at::Tensor Gradient(double gamma, const at::Tensor& logits,
                    const std::vector<int64_t>& labels) {
  const at::Tensor leaf = logits.clone().set_requires_grad(true);
  PerExample(gamma, leaf, labels).sum().backward();
  return leaf.grad();
}

TEST(FocalTest, TwoClassesByHand) {
  // p = 1/4 and 3/4.
  const at::Tensor logits = at::tensor({1.0, 3.0, 1.0, 3.0}).log().view({2, 2});
  for (const double gamma : {0.5, 1.0, 2.0, 5.0}) {
    const at::Tensor loss = PerExample(gamma, logits, {0, 1});
    ASSERT_EQ(loss.sizes(), (std::vector<int64_t>{2}));
    EXPECT_NEAR(loss[0].item<double>(), std::pow(0.75, gamma) * std::log(4),
                1e-15);
    EXPECT_NEAR(loss[1].item<double>(),
                std::pow(0.25, gamma) * std::log(4.0 / 3), 1e-15);
  }
}

TEST(FocalTest, ThreeClassesByHand) {
  // softmax(log 1, log 2, log 5) = (1, 2, 5) / 8.
  const at::Tensor logits = at::tensor({1.0, 2.0, 5.0}).log().view({1, 3});
  EXPECT_NEAR(PerExample(2, logits, {0}).item<double>(),
              49.0 / 64 * std::log(8), 1e-14);
  EXPECT_NEAR(PerExample(2, logits, {1}).item<double>(), 9.0 / 16 * std::log(4),
              1e-14);
  EXPECT_NEAR(PerExample(2, logits, {2}).item<double>(),
              9.0 / 64 * std::log(1.6), 1e-14);
}

TEST(FocalTest, TheDefaultIsGammaTwo) {
  const at::Tensor logits = at::tensor({1.0, 2.0, 5.0}).view({1, 3});
  EXPECT_TRUE(MakePlugin<LossFamily>("focal", {})
                  ->PerExample(logits, at::tensor({1}, at::kLong))
                  .equal(PerExample(2, logits, {1})));
}

TEST(FocalTest, GradientByHand) {
  // p = 1/4; dp/dz_y = p (1 - p). The derivative of -(1 - p)^2 log p by p is
  // 2 (1 - p) log p - (1 - p)^2 / p = -1.5 log 4 - 2.25.
  const double slope = (-1.5 * std::log(4) - 2.25) * 0.25 * 0.75;
  const at::Tensor gradient =
      Gradient(2, at::tensor({1.0, 3.0}).log().view({1, 2}), {0});
  EXPECT_TRUE(
      gradient.allclose(at::tensor({slope, -slope}).view({1, 2}), 0, 1e-14))
      << gradient;
}

// Witness: the plugin cross_entropy itself, values and gradients, in the batch
// sizes and types that each of its ways serves. (Another correct formula gives
// other last digits: 20 x 3 logits are enough to show it.)
TEST(FocalTest, GammaZeroIsCrossEntropyToTheBit) {
  const auto focal = MakePlugin<LossFamily>("{name: focal, gamma: 0}", {});
  const auto cross_entropy = MakePlugin<LossFamily>("cross_entropy", {});
  at::manual_seed(1);
  for (const auto type : {at::kFloat, at::kDouble}) {
    for (const int64_t k : {1, 2, 3, 10, 1000}) {
      const at::Tensor labels = at::randint(k, {20}, at::kLong);
      const at::Tensor start = at::randn({20, k}, type) * 5;
      std::vector<at::Tensor> losses, gradients;
      for (const Loss* loss : {focal.get(), cross_entropy.get()}) {
        const at::Tensor leaf = start.clone().requires_grad_();
        losses.push_back(loss->PerExample(leaf, labels));
        losses.back().mean().backward();
        gradients.push_back(leaf.grad());
      }
      EXPECT_TRUE(losses[0].equal(losses[1])) << type << " " << k;
      EXPECT_TRUE(gradients[0].equal(gradients[1])) << type << " " << k;
    }
  }
}

TEST(FocalTest, SmallGammaIsNearCrossEntropy) {
  // Joins the two ways of computing it: (1 - p)^1e-9 is 1 to 1e-9 * log(1 - p).
  const at::Tensor logits =
      at::arange(12, at::kDouble).sin().mul(3).view({3, 4});
  EXPECT_TRUE(PerExample(1e-9, logits, {0, 3, 1})
                  .allclose(PerExample(0, logits, {0, 3, 1}), 0, 1e-7));
  EXPECT_TRUE(Gradient(1e-9, logits, {0, 3, 1})
                  .allclose(Gradient(0, logits, {0, 3, 1}), 0, 1e-7));
}

TEST(FocalTest, GradientIsThatOfFiniteDifferences) {
  const at::Tensor logits =
      at::arange(12, at::kDouble).sin().mul(3).view({3, 4});
  const std::vector<int64_t> labels = {0, 3, 1};
  constexpr double kStep = 1e-5;
  for (const double gamma : {0.3, 1.0, 2.0, 5.0}) {
    const at::Tensor gradient = Gradient(gamma, logits, labels);
    for (int64_t i = 0; i < 12; ++i) {
      const auto sum_at = [&](double shift) {
        at::Tensor moved = logits.clone();
        moved.view({12})[i] += shift;
        return PerExample(gamma, moved, labels).sum().item<double>();
      };
      // Central differences: third derivative (10 or so) * step^2 / 6, plus
      // rounding of 1e-16 * 10 / step = 1e-10.
      EXPECT_NEAR(gradient.view({12})[i].item<double>(),
                  (sum_at(kStep) - sum_at(-kStep)) / (2 * kStep), 2e-9)
          << gamma;
    }
  }
}

TEST(FocalTest, ExtremeLogitsStayFinite) {
  for (const auto type : {at::kFloat, at::kDouble}) {
    for (const double gamma : {0.0, 0.1, 0.5, 1.0, 2.0, 5.0}) {
      const at::Tensor logits =
          at::tensor({1e4, -1e4, -1e4, 1e4}).view({2, 2}).to(type);
      // By hand: a right answer costs nothing, a wrong one its margin, 20000,
      // since 1 - p = 1.
      EXPECT_TRUE(PerExample(gamma, logits, {0, 0})
                      .equal(at::tensor({0.0, 20000.0}).to(type)))
          << gamma;
      EXPECT_TRUE(
          Gradient(gamma, logits, {0, 0})
              .equal(at::tensor({0.0, 0.0, -1.0, 1.0}).view({2, 2}).to(type)))
          << gamma;
    }
  }
}

TEST(FocalTest, TheLabelMayTieWithOthersAtExtremeLogits) {
  const at::Tensor logits = at::tensor({1e4f, 1e4f, -1e4f}).view({1, 3});
  // p = 1/2.
  EXPECT_NEAR(PerExample(0.5, logits, {0}).item<float>(),
              std::sqrt(0.5) * std::log(2), 1e-7);
  // The derivative by p is 0.5 log(p) / sqrt(1 - p) - sqrt(1 - p) / p; dp/dz_y
  // = 1/4.
  const double slope =
      (0.5 * std::log(0.5) / std::sqrt(0.5) - std::sqrt(0.5) / 0.5) / 4;
  EXPECT_TRUE(
      Gradient(0.5, logits, {0})
          .allclose(
              at::tensor({slope, -slope, 0.0}).to(at::kFloat).view({1, 3}), 0,
              1e-6));
}

TEST(FocalTest, ASingleClassCostsNothing) {
  const at::Tensor logits = at::tensor({5.0, -5.0}).view({2, 1});
  EXPECT_TRUE(PerExample(2, logits, {0, 0}).eq(0).all().item<bool>());
  EXPECT_TRUE(Gradient(2, logits, {0, 0}).eq(0).all().item<bool>());
}

TEST(FocalTest, EasyExamplesWeighLessWithLargerGamma) {
  // p = 0.9 and 0.1: the ratio of losses grows as 9^gamma.
  const at::Tensor logits = at::tensor({9.0, 1.0, 1.0, 9.0}).log().view({2, 2});
  for (const double gamma : {0.0, 1.0, 2.0, 3.0}) {
    const at::Tensor loss = PerExample(gamma, logits, {0, 0});
    EXPECT_NEAR((loss[1] / loss[0]).item<double>(),
                std::pow(9, gamma) * std::log(10) / std::log(10.0 / 9), 1e-9);
  }
}

}  // namespace
}  // namespace bigstep
