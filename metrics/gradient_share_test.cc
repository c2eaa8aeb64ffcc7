#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// Float32 gradients of logits: 2^-24 and a few operations.
constexpr double kTolerance = 1e-6;

Json Compute(const Dataset& dataset, const Evaluation::Options& options = {},
             const std::string& spec = "gradient_share") {
  TinyNet net = IdentityNet(2);
  Evaluation evaluation(dataset, net, net.Maker(), options);
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

// Logits (4, 0), (1, 0) and (2, 0); the first is bias-conflicting and wrong.
Dataset ThreeExamples(int64_t num_biases = 2) {
  const Split split = {at::tensor({4.F, 0.F, 1.F, 0.F, 2.F, 0.F}).view({3, 2}),
                       at::tensor({1, 0, 0}, at::kLong),
                       num_biases == 1 ? at::zeros({3}, at::kLong)
                                       : at::tensor({0, 0, 0}, at::kLong)};
  return {{{2}, 2, num_biases}, split, split, split};
}

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// By hand: of two classes, |p - e_y| is sqrt(2) times the probability of the
// wrong one.
TEST(GradientShareTest, CrossEntropyByHand) {
  const double wrong = Sigmoid(4), right = Sigmoid(-1) + Sigmoid(-2);
  ExpectNear(Compute(ThreeExamples()),
             {{"conflicting", wrong / (wrong + right)}}, kTolerance);
}

// By hand: the gradient of (1 - p^q) / q is p^q times that of cross-entropy.
TEST(GradientShareTest, IsOfTheLossThatIsTrained) {
  const double q = 0.5;
  Evaluation::Options options;
  options.trained_losses = [q](const at::Tensor& logits,
                               const at::Tensor& labels) {
    const at::Tensor p =
        logits.softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1);
    return (1 - p.pow(q)) / q;
  };
  const double wrong = std::pow(Sigmoid(-4), q) * Sigmoid(4);
  const double right = std::pow(Sigmoid(1), q) * Sigmoid(-1) +
                       std::pow(Sigmoid(2), q) * Sigmoid(-2);
  ExpectNear(Compute(ThreeExamples(), options),
             {{"conflicting", wrong / (wrong + right)}}, kTolerance);
}

TEST(GradientShareTest, IsNullWithoutBiasLabelsAndWithoutGradients) {
  EXPECT_TRUE(
      Compute(ThreeExamples(/*num_biases=*/1))["conflicting"].is_null());
  Evaluation::Options options;
  options.trained_losses = [](const at::Tensor& logits, const at::Tensor&) {
    return (0 * logits).sum(1);
  };
  EXPECT_TRUE(Compute(ThreeExamples(), options)["conflicting"].is_null());
}

}  // namespace
}  // namespace bigstep
