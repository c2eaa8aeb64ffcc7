#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "optimizers/optimizer.h"
#include "optimizers/testing.h"

namespace bigstep {
namespace {

std::unique_ptr<Optimizer> Make(const std::string& options,
                                const NamedTensors& parameters) {
  return MakePlugin<OptimizerFamily>(
      absl::StrCat("{name: asam, ", options, "}"), {parameters});
}

// Where the second pass of a step is made, one value for each of `parameters`,
// which have one entry each. The loss is half the sum of squares.
std::vector<double> Uphill(Optimizer& optimizer,
                           const NamedTensors& parameters) {
  std::vector<double> last;
  optimizer.Step(
      [&] {
        last.clear();
        for (const auto& [name, w] : parameters) {
          last.push_back(w.item<double>());
          w.mutable_grad() = w.detach().clone();
        }
        return at::zeros({}, at::kDouble);
      },
      1);
  return last;
}

TEST(AsamTest, GoesWhereTheFormulasLead) {
  const SmallRegression problem;
  // The defaults: rho 0.5, eta 0.01, weights (the first six entries) scaled.
  const auto optimizer = Make("lr: 0.5", problem.parameters());
  ExpectSharpnessAwareSteps(
      *optimizer, problem, 0.5, /*momentum=*/0,
      [](size_t i, double w) { return i < 6 ? std::abs(w) + 0.01 : 1; });
}

TEST(AsamTest, GoesWhereTheFormulasLeadWithAllScaledAndNoEta) {
  const SmallRegression problem;
  const auto optimizer =
      Make("lr: 0.5, rho: 0.25, eta: 0, scale: all", problem.parameters());
  ExpectSharpnessAwareSteps(*optimizer, problem, 0.25, 0,
                            [](size_t, double w) { return std::abs(w); });
}

TEST(AsamTest, KeepsThePromisesOfStep) {
  const SmallRegression problem;
  const auto optimizer = Make("lr: 0.5", problem.parameters());
  ExpectHonestStep(*optimizer, problem, /*passes=*/2);
  ExpectHonestStep(*optimizer, problem, /*passes=*/2);
}

// In the cases by hand, 1e-12 is added to norms of about 1.
constexpr double kTolerance = 1e-11;

TEST(AsamTest, OneWeightByHand) {
  const at::Tensor w = Parameter(at::tensor({-2.0}));
  const NamedTensors parameters = {{"weight", w}};
  const auto optimizer = Make("lr: 0.5, rho: 0.2, eta: 0.5", parameters);
  // T = 2.5, g = -2: e = 0.2 * 6.25 * -2 / |2.5 * -2| = -0.5.
  EXPECT_NEAR(Uphill(*optimizer, parameters)[0], -2.5, kTolerance);
  EXPECT_NEAR(w.item<double>(), -2 + 0.5 * 2.5, kTolerance);
}

TEST(AsamTest, AWeightAndABiasByHand) {
  const NamedTensors parameters = {{"weight3", Parameter(at::tensor({1.0}))},
                                   {"bias3", Parameter(at::tensor({2.0}))}};
  const auto optimizer =
      Make("lr: 1, rho: 1.4142135623730951, eta: 1", parameters);
  // T = (2, 1), g = (1, 2): T g = (2, 2), of norm 2 sqrt(2); T^2 g = (4, 2);
  // e = sqrt(2) * (4, 2) / (2 sqrt(2)) = (2, 1).
  const std::vector<double> uphill = Uphill(*optimizer, parameters);
  EXPECT_NEAR(uphill[0], 3, kTolerance);
  EXPECT_NEAR(uphill[1], 3, kTolerance);
}

TEST(AsamTest, AWeightAndABiasBothScaledByHand) {
  const NamedTensors parameters = {{"weight3", Parameter(at::tensor({1.0}))},
                                   {"bias3", Parameter(at::tensor({2.0}))}};
  const auto optimizer = Make("lr: 1, rho: 1, eta: 0, scale: all", parameters);
  // T = (1, 2), g = (1, 2): T g = (1, 4), of norm sqrt(17); T^2 g = (1, 8).
  const std::vector<double> uphill = Uphill(*optimizer, parameters);
  EXPECT_NEAR(uphill[0], 1 + 1 / std::sqrt(17), kTolerance);
  EXPECT_NEAR(uphill[1], 2 + 8 / std::sqrt(17), kTolerance);
}

TEST(AsamTest, TheGammaOfNormalizationIsAWeight) {
  const NamedTensors parameters = {
      {"layer1.0.bn1.weight", Parameter(at::tensor({1.0}))}};
  const auto optimizer = Make("lr: 1, rho: 0.25, eta: 0.5", parameters);
  // T = 1.5: e = 0.25 * T = 0.375.
  EXPECT_NEAR(Uphill(*optimizer, parameters)[0], 1.375, kTolerance);
}

TEST(AsamTest, WithoutEtaTheAscentIsFreeOfTheScaleOfTheWeights) {
  // The loss f(w) with f' = 1 / w (so f(c w) differs by a constant): w moves by
  // rho |w| at every scale.
  for (const double w : {0.01, 1.0, 50.0}) {
    const at::Tensor weight = Parameter(at::full({1}, w, at::kDouble));
    const auto optimizer =
        Make("lr: 1, rho: 0.5, eta: 0", {{"weight", weight}});
    double there = 0;
    optimizer->Step(
        [&] {
          there = weight.item<double>();
          weight.mutable_grad() = 1 / weight.detach();
          return at::zeros({}, at::kDouble);
        },
        1);
    EXPECT_NEAR(there / w, 1.5, kTolerance) << w;
  }
}

TEST(AsamTest, ZeroGradientMovesNothing) {
  for (const char* options :
       {"lr: 100, rho: 100", "lr: 100, rho: 100, eta: 0, scale: all"}) {
    const NamedTensors parameters = {{"weight", Parameter(at::tensor({0.0}))}};
    const auto optimizer = Make(options, parameters);
    EXPECT_EQ(Uphill(*optimizer, parameters)[0], 0) << options;
    EXPECT_EQ(parameters[0].second.item<double>(), 0) << options;
  }
}

TEST(AsamTest, WithoutEtaAZeroWeightIsNotClimbedButTrained) {
  const at::Tensor w = Parameter(at::tensor({0.0}));
  const auto optimizer = Make("lr: 1, rho: 100, eta: 0", {{"weight", w}});
  double there = -1;
  optimizer->Step(
      [&] {
        there = w.item<double>();
        w.mutable_grad() = at::tensor({1.0});
        return at::zeros({}, at::kDouble);
      },
      1);
  EXPECT_EQ(there, 0);
  EXPECT_EQ(w.item<double>(), -1);
}

TEST(AsamTest, RefusesNetworksOfWhichItWouldScaleNothing) {
  // As diagonal_linear names them.
  const NamedTensors parameters = {{"u", Parameter(at::tensor({1.0}))},
                                   {"v", Parameter(at::tensor({2.0}))}};
  const auto status = [&parameters](const std::string& scale) {
    Problems problems;
    const PluginConfig config = Optimizers::Get().Read(
        ReadSpec(absl::StrCat("{name: asam, lr: 1, scale: ", scale, "}"),
                 "test", 0, problems),
        "optimizer", problems);
    return Optimizers::Get().Make(config, {parameters}).status();
  };
  EXPECT_OK(status("all"));
  EXPECT_EQ(status("weights"),
            absl::InvalidArgumentError(
                "scale: weights scales the tensors with 'weight' in their "
                "name, but the network has none (u, v); use scale: all"));
}

TEST(AsamTest, RefusesUnknownScales) {
  Problems problems;
  const SpecNode node =
      ReadSpec("{name: asam, lr: 1, scale: some}", "s", 0, problems);
  Optimizers::Get().Read(node, "optimizer", problems);
  EXPECT_EQ(Message(problems),
            "s:1:21: optimizer.scale: must be one of weights, all, got some");
}

}  // namespace
}  // namespace bigstep
