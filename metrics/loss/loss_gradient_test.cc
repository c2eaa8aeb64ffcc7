#include "metrics/loss/loss_gradient.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/testing.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// Float32 activations and gradients of size 1: 2^-24 and a few operations.
constexpr double kTolerance = 1e-6;

LossGradient Compute(const Dataset& dataset, TinyNet& net,
                     const at::Tensor& positions, int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(),
                        {.batch_size = batch_size, .train_subset = {}});
  const absl::StatusOr<LossGradient> result =
      MeanLossGradient(evaluation, "train", positions);
  EXPECT_OK(result);
  return result.ok() ? *result : LossGradient();
}

at::Tensor GradientOf(const LossGradient& mean, const std::string& name) {
  for (const auto& [parameter, gradient] : mean.gradient) {
    if (parameter == name) return gradient;
  }
  ADD_FAILURE() << "no gradient of " << name;
  return {};
}

// Inputs (1, 0) of class 0 and (0, 2) of class 0.
Dataset TwoExamples() {
  const at::Tensor labels = at::zeros({2}, at::kLong);
  const Split split = {at::tensor({1.f, 0.f, 0.f, 2.f}).view({2, 2}), labels,
                       labels};
  return {{{2}, 2, 2}, split, split, split};
}

TEST(LossGradientTest, ByHand) {
  TinyNet net = IdentityNet(2);
  const LossGradient mean = Compute(TwoExamples(), net, at::arange(2));
  // Probabilities of class 0: e / (e + 1) and 1 / (1 + e^2).
  const double a = std::exp(1) / (std::exp(1) + 1);
  const double b = 1 / (1 + std::exp(2));
  EXPECT_NEAR(mean.loss, -(std::log(a) + std::log(b)) / 2, kTolerance);
  // The gradient of a loss by its logits is (p - 1, 1 - p); by `out` it is
  // that times the representation, which is the input.
  const at::Tensor out =
      at::tensor({a - 1, 2 * (b - 1), 1 - a, 2 * (1 - b)}, at::kDouble)
          .view({2, 2}) /
      2;
  EXPECT_TRUE(GradientOf(mean, "out").allclose(out, 0, kTolerance));
  // Units that are 0 have no gradient: the first example sees unit 0 only.
  EXPECT_TRUE(GradientOf(mean, "bias")
                  .allclose(at::tensor({(a - 1) / 2, (1 - b) / 2}, at::kDouble),
                            0, kTolerance));
}

TEST(LossGradientTest, IsShapedAsTheParameters) {
  TinyNet net = IdentityNet(2);
  const LossGradient mean = Compute(TwoExamples(), net, at::arange(2));
  const NamedTensors parameters = Parameters(net);
  ASSERT_EQ(mean.gradient.size(), parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    EXPECT_EQ(mean.gradient[i].first, parameters[i].first);
    EXPECT_EQ(mean.gradient[i].second.sizes(), parameters[i].second.sizes());
    EXPECT_EQ(mean.gradient[i].second.scalar_type(), at::kDouble);
    EXPECT_FALSE(mean.gradient[i].second.requires_grad());
  }
}

TEST(LossGradientTest, PositionsAreTheExamplesThatCount) {
  TinyNet net = IdentityNet(2);
  const LossGradient second =
      Compute(TwoExamples(), net, at::tensor({1}, at::kLong));
  EXPECT_NEAR(second.loss, std::log(1 + std::exp(2)), kTolerance);
  const LossGradient thrice =
      Compute(TwoExamples(), net, at::tensor({1, 1, 1}, at::kLong));
  EXPECT_NEAR(thrice.loss, second.loss, kTolerance);
}

TEST(LossGradientTest, BatchingChangesNothing) {
  // More examples than go through the network at once.
  Dataset dataset = FormulaDataset();
  dataset.train = FormulaSplit(0, 250);
  TinyNet net = IdentityNet(3);
  const LossGradient whole = Compute(dataset, net, at::arange(250));
  for (const int64_t batch_size : {1, 7, 100}) {
    const LossGradient pieces =
        Compute(dataset, net, at::arange(250), batch_size);
    EXPECT_NEAR(pieces.loss, whole.loss, kTolerance);
    for (const char* name : {"hidden", "bias", "out"}) {
      EXPECT_TRUE(GradientOf(pieces, name)
                      .allclose(GradientOf(whole, name), 0, kTolerance));
    }
  }
}

// Notes the sizes of its batches.
class SpyNet final : public TinyNet {
 public:
  using TinyNet::TinyNet;

  ModelOutput Forward(const at::Tensor& inputs) override {
    sizes.push_back(inputs.size(0));
    return TinyNet::Forward(inputs);
  }

  std::vector<int64_t> sizes;
};

TEST(LossGradientTest, BatchesAreSmallEnoughForTheBackwardPass) {
  Dataset dataset = FormulaDataset();
  dataset.train = FormulaSplit(0, 250);
  SpyNet net(at::eye(3), at::eye(3));
  Compute(dataset, net, at::arange(250));
  EXPECT_EQ(net.sizes, (std::vector<int64_t>{100, 100, 50}));
}

TEST(LossGradientTest, NeedsNoGradModeAndLeavesTheNetworkAlone) {
  TinyNet net = IdentityNet(2);
  net.train();
  const NetworkState before(net);
  const c10::NoGradGuard no_grad;
  const LossGradient mean = Compute(TwoExamples(), net, at::arange(2));
  EXPECT_GT(GradientOf(mean, "out").norm().item<double>(), 0.1);
  EXPECT_TRUE(NetworkState(net) == before);
}

TEST(LossGradientTest, GradientsThatAreThereStay) {
  TinyNet net = IdentityNet(2);
  at::Tensor parameter = net.parameters()[0];
  parameter.mutable_grad() = at::ones({2, 2});
  Compute(TwoExamples(), net, at::arange(2));
  EXPECT_TRUE(parameter.grad().equal(at::ones({2, 2})));
}

// Has a parameter that plays no part.
class IdleNet final : public TinyNet {
 public:
  IdleNet() : TinyNet(at::eye(2), at::eye(2)) {
    register_parameter("idle", at::ones({3}));
  }
};

TEST(LossGradientTest, ParametersWithoutAPartHaveNoGradient) {
  IdleNet net;
  const LossGradient mean = Compute(TwoExamples(), net, at::arange(2));
  EXPECT_TRUE(GradientOf(mean, "idle").equal(at::zeros({3}, at::kDouble)));
}

TEST(LossGradientTest, TinyLossesHaveAGradient) {
  // Logits (20, 0) of class 0: 1 - p = 2e-9, which float32 takes for 0.
  Dataset dataset = TwoExamples();
  dataset.train.inputs = at::tensor({20.f, 0.f}).view({1, 2});
  dataset.train.labels = dataset.train.bias_labels = at::zeros({1}, at::kLong);
  TinyNet net = IdentityNet(2);
  const LossGradient mean = Compute(dataset, net, at::arange(1));
  // (p - 1) z_0. Of 1 - p, float64 keeps 2^-53 / 2e-9 < 1e-7.
  EXPECT_NEAR(
      GradientOf(mean, "out")[0][0].item<double>() / (-20 / (1 + std::exp(20))),
      1, kTolerance);
}

TEST(LossGradientTest, AnUnknownSplitIsAnError) {
  const Dataset dataset = TwoExamples();
  TinyNet net = IdentityNet(2);
  Evaluation evaluation(dataset, net, net.Maker(), {});
  EXPECT_EQ(MeanLossGradient(evaluation, "tset", at::arange(1)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace bigstep
