#include "models/layers/layers.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/exceptions.h"
#include "base/generator.h"

namespace bigstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

at::Generator Generator(uint64_t seed = 1) { return MakeGenerator(seed); }

// Parameters, then buffers.
std::vector<std::string> Names(const torch::nn::Module& module) {
  std::vector<std::string> names;
  for (const auto& item : module.named_parameters()) {
    names.push_back(item.key());
  }
  for (const auto& item : module.named_buffers()) names.push_back(item.key());
  return names;
}

at::Tensor Row(const std::vector<float>& values) { return at::tensor(values); }

// Expects mean 0 and standard deviation `std` of n independent normal draws.
// The mean deviates by std / sqrt(n), the square by std^2 * sqrt(2 / n); six of
// these each.
void ExpectNormal(const at::Tensor& sample, double std) {
  const at::Tensor x = sample.to(at::kDouble) / std;
  const double n = static_cast<double>(x.numel());
  EXPECT_NEAR(x.mean().item<double>(), 0, 6 / std::sqrt(n));
  EXPECT_NEAR(x.square().mean().item<double>(), 1, 6 * std::sqrt(2 / n));
  // The fourth power has mean 3 and variance 105 - 9; of a uniform
  // distribution the mean would be 1.8.
  EXPECT_NEAR(x.pow(4).mean().item<double>(), 3, 6 * std::sqrt(96 / n));
}

TEST(InitialWeightsTest, UniformFanInFillsItsRange) {
  const at::Tensor x = UniformFanIn({100, 50, 2}, 25, Generator());
  EXPECT_EQ(x.sizes(), (std::vector<int64_t>{100, 50, 2}));
  EXPECT_EQ(x.scalar_type(), at::kFloat);
  // 1 / sqrt(25) = 0.2. Of 10^4 draws none is above 0.99 * 0.2 with
  // probability 0.995^10000 < 2e-22.
  EXPECT_LE(x.abs().max().item<double>(), 0.2 + 1e-7);
  EXPECT_GT(x.max().item<double>(), 0.198);
  EXPECT_LT(x.min().item<double>(), -0.198);
  // Variance of the mean 0.04 / 3 / 10^4; six standard deviations.
  EXPECT_NEAR(x.mean().item<double>(), 0, 6 * std::sqrt(0.04 / 3e4));
}

TEST(InitialWeightsTest, KaimingNormalCountsTheOutputs) {
  const at::Tensor x = KaimingNormalFanOut({32, 10, 5, 3}, Generator());
  EXPECT_EQ(x.sizes(), (std::vector<int64_t>{32, 10, 5, 3}));
  ExpectNormal(x, std::sqrt(2. / (32 * 5 * 3)));
}

TEST(InitialWeightsTest, NormalHasTheStandardDeviationAskedFor) {
  ExpectNormal(Normal({100, 100}, 0.02, Generator()), 0.02);
}

TEST(InitialWeightsTest, TheGeneratorDecides) {
  at::Generator generator = Generator();
  const at::Tensor first = KaimingNormalFanOut({4, 4, 3, 3}, generator);
  const at::Tensor second = KaimingNormalFanOut({4, 4, 3, 3}, generator);
  at::manual_seed(12345);  // LibTorch's global generator plays no part.
  EXPECT_TRUE(first.equal(KaimingNormalFanOut({4, 4, 3, 3}, Generator())));
  EXPECT_FALSE(first.equal(second));
}

TEST(ConvolutionTest, ByHand) {
  // A kernel of 2 x 2 on 3 x 3, padded by one, in steps of two: it meets the
  // corners of the image with one cell each, in reading order 4, 3, 2, 1.
  const Convolution layer(Row({1, 2, 3, 4}).view({1, 1, 2, 2}), Row({10}), 2,
                          1);
  const at::Tensor image = Row({1, 2, 3, 4, 5, 6, 7, 8, 9}).view({1, 1, 3, 3});
  // The top left window holds 0 0 / 0 1; top right 0 0 / 2 3; bottom left
  // 0 4 / 0 7; bottom right 5 6 / 8 9.
  const at::Tensor expected =
      Row({4 * 1 + 10, 3 * 2 + 4 * 3 + 10, 2 * 4 + 4 * 7 + 10,
           1 * 5 + 2 * 6 + 3 * 8 + 4 * 9 + 10});
  EXPECT_TRUE(layer.Forward(image).equal(expected.view({1, 1, 2, 2})))
      << layer.Forward(image);
}

TEST(ConvolutionTest, WithoutBiasItHasNone) {
  const Convolution layer(at::ones({5, 3, 1, 1}), {}, 1, 0);
  EXPECT_THAT(Names(layer), ElementsAre("weight"));
  const at::Tensor y = layer.Forward(at::ones({2, 3, 4, 4}));
  EXPECT_TRUE(y.equal(at::full({2, 5, 4, 4}, 3.f)));
}

TEST(LayoutTest, FastLayoutKeepsValues) {
  const at::Tensor images = at::rand({2, 3, 4, 5});
  const at::Tensor fast = ToFastLayout(images);
  EXPECT_TRUE(fast.equal(images));
  EXPECT_TRUE(fast.is_contiguous(at::MemoryFormat::ChannelsLast));
}

// Witness: LibTorch's flatten.
TEST(LayoutTest, FlattenMapsKeepsOrderAndReturnsGradientsInTheirLayout) {
  for (const auto layout :
       {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast}) {
    const at::Tensor maps =
        at::rand({2, 3, 4, 5}).contiguous(layout).requires_grad_();
    const at::Tensor flat = FlattenMaps(maps);
    EXPECT_TRUE(flat.equal(maps.flatten(1)));
    const at::Tensor weights = at::rand({2, 60});
    at::Tensor gradient;
    maps.register_hook([&](const at::Tensor& g) { gradient = g; });
    (flat * weights).sum().backward();
    EXPECT_TRUE(gradient.equal(weights.view({2, 3, 4, 5})));
    EXPECT_TRUE(gradient.is_contiguous(layout));
  }
}

TEST(LinearTest, ByHand) {
  const Linear layer(Row({1, 2, 3, 4}).view({2, 2}), Row({10, 20}));
  EXPECT_THAT(Names(layer), ElementsAre("weight", "bias"));
  // 1 * 5 + 2 * 6 + 10 and 3 * 5 + 4 * 6 + 20.
  EXPECT_TRUE(layer.Forward(Row({5, 6})).equal(Row({27, 59})));
  EXPECT_THAT(Names(Linear(at::ones({2, 2}), {})), ElementsAre("weight"));
}

TEST(BatchNormTest, HasPyTorchsParametersAndBuffers) {
  BatchNorm layer(3);
  EXPECT_THAT(Names(layer), ElementsAre("weight", "bias", "running_mean",
                                        "running_var", "num_batches_tracked"));
  EXPECT_TRUE(layer.named_parameters()["weight"].equal(at::ones({3})));
  EXPECT_TRUE(layer.named_parameters()["bias"].equal(at::zeros({3})));
  EXPECT_TRUE(layer.named_buffers()["running_mean"].equal(at::zeros({3})));
  EXPECT_TRUE(layer.named_buffers()["running_var"].equal(at::ones({3})));
  EXPECT_TRUE(layer.named_buffers()["num_batches_tracked"].equal(
      at::zeros({}, at::kLong)));
}

TEST(BatchNormTest, TrainingUsesTheBatchAndMovesTheRunningValues) {
  BatchNorm layer(1);
  // Mean 2, variance 5 of the population and 20 / 3 of the sample.
  const at::Tensor x = Row({-1, 1, 3, 5}).view({2, 1, 1, 2});
  const at::Tensor y = layer.Forward(x);
  const at::Tensor expected = (x - 2) / std::sqrt(5 + 1e-5);
  // Six roundings of float32.
  EXPECT_TRUE(at::allclose(y, expected, 0, 6 * 6e-8)) << y;
  const auto buffers = layer.named_buffers();
  EXPECT_FLOAT_EQ(buffers["running_mean"].item<float>(), 0.1f * 2);
  EXPECT_FLOAT_EQ(buffers["running_var"].item<float>(), 0.9f + 0.1f * 20 / 3);
  EXPECT_EQ(buffers["num_batches_tracked"].item<int64_t>(), 1);
}

TEST(BatchNormTest, EvaluationUsesTheRunningValuesAndLeavesThem) {
  BatchNorm layer(2);
  layer.eval();
  layer.named_parameters()["weight"].detach().copy_(Row({2, 3}));
  layer.named_parameters()["bias"].detach().copy_(Row({1, -1}));
  layer.named_buffers()["running_mean"].copy_(Row({4, 5}));
  layer.named_buffers()["running_var"].copy_(Row({9, 16}));
  const at::Tensor y = layer.Forward(Row({10, 13}).view({1, 2, 1, 1}));
  // (10 - 4) / 3 * 2 + 1 and (13 - 5) / 4 * 3 - 1; epsilon removes at most
  // 1e-5 / 18 of 4, 1e-5 / 32 of 6.
  EXPECT_TRUE(at::allclose(y.flatten(), Row({5, 5}), 0, 4e-6)) << y;
  const auto buffers = layer.named_buffers();
  EXPECT_TRUE(buffers["running_mean"].equal(Row({4, 5})));
  EXPECT_TRUE(buffers["running_var"].equal(Row({9, 16})));
  EXPECT_EQ(buffers["num_batches_tracked"].item<int64_t>(), 0);
}

TEST(BatchNormTest, ASingleValueHasNoVarianceToTrainWith) {
  BatchNorm layer(2);
  const auto forward = [&] {
    layer.Forward(at::ones({1, 2, 1, 1}));
    return absl::OkStatus();
  };
  EXPECT_THAT(std::string(CatchExceptions(forward).message()),
              HasSubstr("Expected more than 1 value per channel"));
  layer.eval();
  EXPECT_EQ(CatchExceptions(forward), absl::OkStatus());
}

TEST(LayerNormTest, NormalizesEachRow) {
  LayerNorm layer(4);
  EXPECT_THAT(Names(layer), ElementsAre("weight", "bias"));
  layer.named_parameters()["weight"].detach().copy_(Row({1, 2, 1, 1}));
  layer.named_parameters()["bias"].detach().copy_(Row({0, 0, 7, 0}));
  // Both rows have variance 5; the means are 2 and 20.
  const at::Tensor x = Row({-1, 1, 3, 5, 17, 19, 21, 23}).view({2, 4});
  const float root = std::sqrt(5 + 1e-5f);
  const at::Tensor row = Row({-3 / root, -2 / root, 1 / root + 7, 3 / root});
  // Rounding at the size of 7.4: 4 * 2^-22.
  EXPECT_TRUE(at::allclose(layer.Forward(x), at::stack({row, row}), 0, 1e-6))
      << layer.Forward(x);
}

}  // namespace
}  // namespace bigstep
