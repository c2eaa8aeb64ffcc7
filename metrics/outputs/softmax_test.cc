#include "metrics/outputs/softmax.h"

#include <ATen/ATen.h>
#include <ATen/core/Reduction.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace bigstep {
namespace {

// A few operations on numbers near 1 in float64.
constexpr double kTolerance = 1e-14;

at::Tensor Row(const std::vector<float>& logits) {
  return at::tensor(logits).unsqueeze(0);
}

at::Tensor Label(int64_t label) { return at::tensor({label}, at::kLong); }

double LogOdds(const std::vector<float>& logits, int64_t label,
               double scale = 1) {
  return LogOddsAgainst(Row(logits), Label(label), scale).item<double>();
}

double Margin(const std::vector<float>& logits, int64_t label) {
  return Margins(Row(logits), Label(label)).item<double>();
}

double Loss(double log_odds) {
  return LossAt(at::tensor({log_odds}, at::kDouble)).item<double>();
}

double LogLoss(double log_odds) {
  return LogLossAt(at::tensor({log_odds}, at::kDouble)).item<double>();
}

TEST(SoftmaxTest, ConfidenceByHand) {
  // exp(1) / (exp(1) + 2); equal logits; one that outweighs all.
  EXPECT_NEAR(Confidence(Row({0, 1, 0})).item<double>(),
              std::exp(1) / (std::exp(1) + 2), kTolerance);
  EXPECT_NEAR(Confidence(Row({7, 7, 7, 7})).item<double>(), 0.25, kTolerance);
  EXPECT_EQ(Confidence(Row({3e38, 0, -3e38})).item<double>(), 1);
}

TEST(SoftmaxTest, MarginIsToTheNextBestClass) {
  EXPECT_EQ(Margin({5, 2, 3}, 0), 2);
  EXPECT_EQ(Margin({5, 2, 3}, 1), -3);
  EXPECT_EQ(Margin({5, 2, 3}, 2), -2);
  EXPECT_EQ(Margin({5, 5, 3}, 1), 0);
}

TEST(SoftmaxTest, LogOddsByHand) {
  // log(exp(2 - 5) + exp(3 - 5)).
  EXPECT_NEAR(LogOdds({5, 2, 3}, 0), std::log(std::exp(-3) + std::exp(-2)),
              kTolerance);
  // The same with logits twice as large.
  EXPECT_NEAR(LogOdds({5, 2, 3}, 0, 2), std::log(std::exp(-6) + std::exp(-4)),
              kTolerance);
  // Two classes: minus the margin.
  EXPECT_EQ(LogOdds({4, 1}, 0), -3);
  EXPECT_EQ(LogOdds({4, 1}, 1, 0.5), 1.5);
}

TEST(SoftmaxTest, OneClassIsNeverWrong) {
  const double odds = LogOdds({4}, 0);
  EXPECT_EQ(odds, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(Loss(odds), 0);
}

TEST(SoftmaxTest, LossIsCrossEntropy) {
  // ATen's, in float64.
  const at::Tensor logits = at::arange(60, at::kDouble)
                                .mul(1.7)
                                .sin()
                                .mul(5)
                                .to(at::kFloat)
                                .view({20, 3});
  const at::Tensor labels = at::arange(20).remainder(3);
  const at::Tensor expected = at::cross_entropy_loss(
      logits.to(at::kDouble), labels, {}, at::Reduction::None);
  const at::Tensor odds = LogOddsAgainst(logits, labels);
  EXPECT_TRUE(LossAt(odds).allclose(expected, kTolerance, kTolerance));
  EXPECT_TRUE(LogLossAt(odds).allclose(expected.log(), 1e-12, 1e-12));
}

TEST(SoftmaxTest, TinyLossesKeepTheirDigits) {
  // log(1 + e^a) = e^a - e^2a / 2 + ...; the second term is below the last bit.
  for (const double a : {-40., -100., -700.}) {
    EXPECT_NEAR(Loss(a) / std::exp(a), 1, kTolerance) << a;
    EXPECT_EQ(LogLoss(a), a) << a;
  }
  // At -20 the second term shows.
  EXPECT_NEAR(Loss(-20) / (std::exp(-20) - std::exp(-40) / 2), 1, kTolerance);
}

TEST(SoftmaxTest, LogarithmsReachWhereLossesVanish) {
  EXPECT_EQ(Loss(-800), 0);
  EXPECT_EQ(LogLoss(-800), -800);
  EXPECT_EQ(LogLoss(-1e300), -1e300);
}

TEST(SoftmaxTest, LogLossHasNoStep) {
  // On both sides of where it changes formula, log(log(1 + e^a)) = a - e^a / 2.
  for (const double a : {-21., -36.999, -37., -37.001}) {
    EXPECT_NEAR(LogLoss(a), a - std::exp(a) / 2, kTolerance * 37) << a;
  }
}

TEST(SoftmaxTest, LargeLossesAreTheLogOdds) {
  EXPECT_EQ(Loss(800), 800);
  EXPECT_EQ(Loss(1e300), 1e300);
  EXPECT_NEAR(LogLoss(800), std::log(800), kTolerance);
  // No overflow on the way from the largest logits.
  EXPECT_NEAR(LogOdds({3e38f, -3e38f}, 1, 8) / (16 * 3e38), 1, 1e-7);
}

}  // namespace
}  // namespace bigstep
