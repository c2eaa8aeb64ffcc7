#include "models/layers/relu_pool.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <vector>

#include "models/activations.h"

namespace bigstep {
namespace {

// [N, C, H, W] of small integers: many are negative or equal.
at::Tensor Maps(const std::vector<int64_t>& sizes) {
  at::manual_seed(1);
  return at::randint(-3, 3, sizes).to(at::kFloat);
}

at::Tensor ChannelsLast(const at::Tensor& x) {
  return x.contiguous(at::MemoryFormat::ChannelsLast);
}

// Witness: the two operations one after the other. Channels below, at and above
// what vector instructions take at once; odd sizes leave pixels over.
TEST(ReluPoolTest, IsReluThenPoolingInValuesAndGradients) {
  for (const int64_t channels : {1, 3, 8, 32, 33}) {
    for (const int64_t width : {2, 5, 8}) {
      const at::Tensor x = Maps({3, channels, 7, width});
      const at::Tensor b = x.clone().requires_grad_();
      const at::Tensor a = ChannelsLast(x).requires_grad_();
      const at::Tensor fused = ReluPool(a);
      const at::Tensor turns = MaxPool2d(Relu(b), 2, 2, 0);
      EXPECT_TRUE(fused.equal(turns)) << channels << " " << width;
      const at::Tensor weights = at::rand(turns.sizes());
      (fused * weights).sum().backward();
      (turns * weights).sum().backward();
      EXPECT_TRUE(a.grad().equal(b.grad())) << channels << " " << width;
    }
  }
}

// Of 5 MB, which do not fit into a core's caches.
TEST(ReluPoolTest, LargeMapsGiveTheSame) {
  for (const int64_t channels : {32, 33}) {
    for (const int64_t height : {63, 64}) {
      const at::Tensor x = Maps({10, channels, height, 64});
      const at::Tensor b = x.clone().requires_grad_();
      const at::Tensor a = ChannelsLast(x).requires_grad_();
      const at::Tensor turns = MaxPool2d(Relu(b), 2, 2, 0);
      const at::Tensor weights = at::rand(turns.sizes());
      (ReluPool(a) * weights).sum().backward();
      (turns * weights).sum().backward();
      EXPECT_TRUE(a.grad().equal(b.grad())) << channels << " " << height;
    }
  }
}

TEST(ReluPoolTest, OtherLayoutsAndTypesGiveTheSame) {
  const at::Tensor x = Maps({2, 3, 4, 6});
  const at::Tensor wanted = MaxPool2d(Relu(x), 2, 2, 0);
  EXPECT_TRUE(ReluPool(x).equal(wanted));
  EXPECT_TRUE(ReluPool(x.to(at::kDouble)).equal(wanted.to(at::kDouble)));
}

TEST(ReluPoolTest, NanAnywhereInAWindowGivesNan) {
  for (int64_t place = 0; place < 4; ++place) {
    const at::Tensor x = ChannelsLast(at::ones({1, 8, 2, 2}));
    x.select(2, place / 2).select(2, place % 2).fill_(std::nan(""));
    EXPECT_TRUE(ReluPool(x).isnan().all().item<bool>()) << place;
  }
}

// A Hessian-vector product. Witness: the two operations in turn.
TEST(ReluPoolTest, GradientsOfGradients) {
  const at::Tensor x = Maps({2, 8, 4, 4});
  const auto product = [&](const auto& pool) {
    const at::Tensor leaf = ChannelsLast(x).requires_grad_();
    const at::Tensor gradient = torch::autograd::grad(
        {pool(leaf).pow(3).sum()}, {leaf}, {}, /*retain_graph=*/true,
        /*create_graph=*/true)[0];
    return torch::autograd::grad({gradient.square().sum()}, {leaf})[0];
  };
  const at::Tensor turns =
      product([](const at::Tensor& y) { return MaxPool2d(Relu(y), 2, 2, 0); });
  EXPECT_GT(turns.abs().sum().item<double>(), 0);
  EXPECT_TRUE(product(ReluPool).equal(turns));
}

// Witness: by hand. The window is (-1, 2, 0, 1), its baseline (1, 0, 0, 0): the
// maximum rises from 1 to 2, all due to the second pixel, which rises by 2.
TEST(ReluPoolTest, IsSeenByWatchesAndAttribution) {
  const at::Tensor x =
      ChannelsLast(at::tensor({-1., 2., 0., 1., 1., 0., 0., 0.}, at::kFloat)
                       .view({2, 1, 2, 2})
                       .expand({2, 8, 2, 2}));
  int64_t seen = 0;
  {
    const ReluWatch watch([&](const at::Tensor& y) { seen += y.numel(); });
    ReluPool(x);
  }
  EXPECT_EQ(seen, x.numel());
  const at::Tensor leaf = x.clone().requires_grad_();
  {
    const RescaleScope scope;
    ReluPool(leaf).sum().backward();
  }
  const at::Tensor multipliers = leaf.grad()[0].select(0, 0);
  EXPECT_TRUE(
      multipliers.equal(at::tensor({0., .5, 0., 0.}, at::kFloat).view({2, 2})))
      << multipliers;
}

}  // namespace
}  // namespace bigstep
