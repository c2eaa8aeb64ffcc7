#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

// A matrix and a vector, as weights and biases are.
NamedTensors Parameters() {
  return {
      {"weight",
       at::tensor({1.0, 2.0, -2.0, 0.0}).view({2, 2}).set_requires_grad(true)},
      {"bias", at::tensor({3.0}).set_requires_grad(true)}};
}

at::Tensor Penalty(const std::string& coefficient,
                   const NamedTensors& parameters) {
  return MakePlugin<RegularizerFamily>(
             "{name: l2, coefficient: " + coefficient + "}", {})
      ->Penalty(parameters);
}

TEST(L2Test, IsHalfTheCoefficientTimesTheSumOfAllSquares) {
  const at::Tensor penalty = Penalty("0.5", Parameters());
  EXPECT_EQ(penalty.dim(), 0);
  // By hand: 0.5 / 2 * (1 + 4 + 4 + 0 + 9).
  EXPECT_EQ(penalty.item<double>(), 4.5);
}

TEST(L2Test, GradientIsTheCoefficientTimesTheParameters) {
  const NamedTensors parameters = Parameters();
  Penalty("0.5", parameters).backward();
  for (const auto& [name, tensor] : parameters) {
    EXPECT_TRUE(tensor.grad().equal(tensor.detach() * 0.5)) << name;
  }
}

TEST(L2Test, GradientIsThatOfFiniteDifferences) {
  const NamedTensors parameters = Parameters();
  Penalty("0.3", parameters).backward();
  constexpr double kStep = 1e-3;
  for (const auto& [name, tensor] : parameters) {
    for (int64_t i = 0; i < tensor.numel(); ++i) {
      double values[2];
      for (const int side : {0, 1}) {
        at::Tensor entry = tensor.detach().flatten()[i];  // Shares storage.
        entry += side == 0 ? -kStep : kStep;
        values[side] = Penalty("0.3", parameters).item<double>();
        entry -= side == 0 ? -kStep : kStep;
      }
      // Exact for squares but for rounding: 1e-16 * 3 / kStep.
      EXPECT_NEAR(tensor.grad().flatten()[i].item<double>(),
                  (values[1] - values[0]) / (2 * kStep), 1e-11)
          << name << " " << i;
    }
  }
}

TEST(L2Test, CoefficientZeroAddsNothing) {
  const NamedTensors parameters = Parameters();
  const at::Tensor penalty = Penalty("0", parameters);
  EXPECT_EQ(penalty.item<double>(), 0);
  penalty.backward();
  EXPECT_TRUE(parameters[0].second.grad().eq(0).all().item<bool>());
}

TEST(L2Test, ZeroParametersCostNothing) {
  EXPECT_EQ(Penalty("1", {{"w", at::zeros({3})}}).item<float>(), 0);
}

TEST(L2Test, LeavesParametersAlone) {
  const NamedTensors parameters = Parameters();
  Penalty("0.5", parameters).backward();
  EXPECT_TRUE(parameters[0].second.detach().equal(Parameters()[0].second));
  EXPECT_TRUE(parameters[1].second.detach().equal(Parameters()[1].second));
}

// Witness: LibTorch's own optimizers with weight_decay, to the bit.
TEST(L2Test, IsTheWeightDecayOfPyTorchsCoupledOptimizers) {
  constexpr double kDecay = 0.3;
  const auto regularizer =
      MakePlugin<RegularizerFamily>("{name: l2, coefficient: 0.3}", {});
  using Make = std::function<std::unique_ptr<torch::optim::Optimizer>(
      const std::vector<at::Tensor>&, double weight_decay)>;
  const std::vector<Make> optimizers = {
      [](const auto& parameters, double decay) {
        return std::make_unique<torch::optim::SGD>(
            parameters, torch::optim::SGDOptions(0.1).weight_decay(decay));
      },
      [](const auto& parameters, double decay) {
        return std::make_unique<torch::optim::SGD>(
            parameters,
            torch::optim::SGDOptions(0.1).momentum(0.9).weight_decay(decay));
      },
      [](const auto& parameters, double decay) {
        return std::make_unique<torch::optim::Adam>(
            parameters, torch::optim::AdamOptions(0.1).weight_decay(decay));
      }};
  at::manual_seed(1);
  const at::Tensor start = at::randn({20}), slope = at::randn({20});
  for (const Make& make : optimizers) {
    const at::Tensor ours = start.clone().set_requires_grad(true);
    const at::Tensor theirs = start.clone().set_requires_grad(true);
    const auto without = make({ours}, 0), with = make({theirs}, kDecay);
    for (int step = 0; step < 5; ++step) {
      ours.mutable_grad() = slope * ours.detach().sin();
      theirs.mutable_grad() = slope * theirs.detach().sin();
      regularizer->AddGradient({{"w", ours}});
      without->step();
      with->step();
      EXPECT_TRUE(ours.equal(theirs)) << step << ours - theirs;
    }
  }
}

}  // namespace
}  // namespace bigstep
