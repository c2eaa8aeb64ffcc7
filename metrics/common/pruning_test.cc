#include "metrics/common/pruning.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "metrics/testing.h"

namespace bigstep {
namespace {

using Values = std::vector<float>;

TinyNet Net(const Values& hidden, const Values& out) {
  return TinyNet(at::tensor(hidden).view({2, 3}), at::tensor(out).view({2, 2}));
}

// Ten weights: hidden [2, 3], out [2, 2]; the smallest and the largest lie in
// different layers.
TinyNet TenWeights() {
  return Net({-0.5, 3, 0.1, -9, 0.2, 7}, {0.3, -0.05, 8, -6});
}

Values Flat(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.flatten();
  return Values(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
}

int64_t Zeros(const TinyNet& net) {
  return net.hidden().eq(0).sum().item<int64_t>() +
         net.out().eq(0).sum().item<int64_t>();
}

TEST(PruningTest, CountsMatricesOnly) {
  // Not the bias.
  EXPECT_EQ(GlobalMagnitudePruner(TenWeights()).num_weights(), 10);
}

TEST(PruningTest, TheSmallestOfAllLayersGoFirst) {
  const TinyNet net = TenWeights();
  TinyNet copy = TenWeights();
  const GlobalMagnitudePruner pruner(net);
  pruner.Prune(0.3, copy);  // 0.05, 0.1, 0.2.
  EXPECT_EQ(Flat(copy.hidden()), (Values{-0.5, 3, 0, -9, 0, 7}));
  EXPECT_EQ(Flat(copy.out()), (Values{0.3, 0, 8, -6}));
  pruner.Prune(0.9, copy);  // All but -9.
  EXPECT_EQ(Flat(copy.hidden()), (Values{0, 0, 0, -9, 0, 0}));
  EXPECT_EQ(Flat(copy.out()), (Values{0, 0, 0, 0}));
}

TEST(PruningTest, RatiosComeInAnyOrder) {
  const TinyNet net = TenWeights();
  TinyNet copy = TenWeights();
  const GlobalMagnitudePruner pruner(net);
  pruner.Prune(1, copy);
  EXPECT_EQ(Zeros(copy), 10);
  pruner.Prune(0, copy);
  EXPECT_EQ(Flat(copy.hidden()), Flat(net.hidden()));
  EXPECT_EQ(Flat(copy.out()), Flat(net.out()));
  pruner.Prune(0.5, copy);
  EXPECT_EQ(Zeros(copy), 5);
}

TEST(PruningTest, ExactlyRoundRDAreZero) {
  const TinyNet net = TenWeights();
  TinyNet copy = TenWeights();
  const GlobalMagnitudePruner pruner(net);
  for (int percent = 0; percent <= 100; ++percent) {
    pruner.Prune(percent / 100.0, copy);
    // Half up, in integers.
    EXPECT_EQ(Zeros(copy), (percent * 10 + 50) / 100) << percent << " %";
  }
}

TEST(PruningTest, OfEqualMagnitudesTheEarlierGoesFirst) {
  const TinyNet net = Net({2, -1, 1, 1, 5, -1}, {1, -1, 1, 3});
  TinyNet copy = Net({2, -1, 1, 1, 5, -1}, {1, -1, 1, 3});
  GlobalMagnitudePruner(net).Prune(0.5, copy);
  EXPECT_EQ(Flat(copy.hidden()), (Values{2, 0, 0, 0, 5, 0}));
  EXPECT_EQ(Flat(copy.out()), (Values{0, -1, 1, 3}));
}

TEST(PruningTest, ManyEqualWeightsGoInOrder) {
  // Sorting that is stable for short lists only would show here.
  const TinyNet net(at::ones({100, 50}), at::ones({2, 100}));
  TinyNet copy(at::ones({100, 50}), at::ones({2, 100}));
  GlobalMagnitudePruner(net).Prune(0.5, copy);  // 2600 of 5200.
  const Values hidden = Flat(copy.hidden());
  for (size_t i = 0; i < hidden.size(); ++i) {
    ASSERT_EQ(hidden[i], i < 2600 ? 0 : 1) << i;
  }
  EXPECT_TRUE(copy.out().eq(1).all().item<bool>());
}

TEST(PruningTest, BiasesStay) {
  TinyNet net = TenWeights();
  net.bias().copy_(at::tensor({1e-6f, -1e-6f}));
  TinyNet copy = TenWeights();
  copy.bias().fill_(42);
  GlobalMagnitudePruner(net).Prune(1, copy);
  EXPECT_EQ(Flat(copy.bias()), (Values{42, 42}));
}

TEST(PruningTest, TheNetworkItselfStays) {
  const TinyNet net = TenWeights();
  const ModelState before(net);
  TinyNet copy = TenWeights();
  GlobalMagnitudePruner(net).Prune(0.7, copy);
  EXPECT_TRUE(ModelState(net) == before);
  for (const at::Tensor& parameter : copy.parameters()) {
    EXPECT_TRUE(parameter.is_leaf());
    EXPECT_TRUE(parameter.requires_grad());
  }
}

TEST(PruningTest, KeepsTheWeightsOfItsCreation) {
  TinyNet net = TenWeights();
  const GlobalMagnitudePruner pruner(net);
  net.hidden().fill_(1000);
  TinyNet copy = TenWeights();
  pruner.Prune(0, copy);
  EXPECT_EQ(Flat(copy.hidden()), Flat(TenWeights().hidden()));
}

TEST(PruningDeathTest, RatiosLieBetweenZeroAndOne) {
  const GlobalMagnitudePruner pruner(TenWeights());
  TinyNet copy = TenWeights();
  EXPECT_DEATH(pruner.Prune(1.5, copy), "1.5");
  EXPECT_DEATH(pruner.Prune(-0.1, copy), "-0.1");
  EXPECT_DEATH(pruner.Prune(std::nan(""), copy), "nan");
}

}  // namespace
}  // namespace bigstep
