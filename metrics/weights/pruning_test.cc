#include "metrics/weights/pruning.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/testing.h"
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

Pruner Make(const Model& net, const PruningOptions& options = {}) {
  absl::StatusOr<Pruner> pruner = Pruner::Create(net, options);
  EXPECT_OK(pruner);
  return *std::move(pruner);
}

int64_t Zeros(const TinyNet& net) {
  return net.hidden().eq(0).sum().item<int64_t>() +
         net.out().eq(0).sum().item<int64_t>();
}

TEST(PruningTest, TheSmallestOfAllLayersGoFirst) {
  const TinyNet net = TenWeights();
  TinyNet copy = TenWeights();
  const Pruner pruner = Make(net);
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
  const Pruner pruner = Make(net);
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
  const Pruner pruner = Make(net);
  for (int percent = 0; percent <= 100; ++percent) {
    pruner.Prune(percent / 100.0, copy);
    // Half up, in integers.
    EXPECT_EQ(Zeros(copy), (percent * 10 + 50) / 100) << percent << " %";
  }
}

TEST(PruningTest, OfEqualMagnitudesTheEarlierGoesFirst) {
  const TinyNet net = Net({2, -1, 1, 1, 5, -1}, {1, -1, 1, 3});
  TinyNet copy = Net({2, -1, 1, 1, 5, -1}, {1, -1, 1, 3});
  Make(net).Prune(0.5, copy);
  EXPECT_EQ(Flat(copy.hidden()), (Values{2, 0, 0, 0, 5, 0}));
  EXPECT_EQ(Flat(copy.out()), (Values{0, -1, 1, 3}));
}

TEST(PruningTest, ManyEqualWeightsGoInOrder) {
  // Sorting that is stable for short lists only would show here.
  const TinyNet net(at::ones({100, 50}), at::ones({2, 100}));
  TinyNet copy(at::ones({100, 50}), at::ones({2, 100}));
  Make(net).Prune(0.5, copy);  // 2600 of 5200.
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
  Make(net).Prune(1, copy);
  EXPECT_EQ(Flat(copy.bias()), (Values{42, 42}));
}

TEST(PruningTest, TheNetworkItselfStays) {
  const TinyNet net = TenWeights();
  const NetworkState before(net);
  TinyNet copy = TenWeights();
  Make(net).Prune(0.7, copy);
  EXPECT_TRUE(NetworkState(net) == before);
  for (const at::Tensor& parameter : copy.parameters()) {
    EXPECT_TRUE(parameter.is_leaf());
    EXPECT_TRUE(parameter.requires_grad());
  }
}

TEST(PruningTest, KeepsTheWeightsOfItsCreation) {
  TinyNet net = TenWeights();
  const Pruner pruner = Make(net);
  net.hidden().fill_(1000);
  TinyNet copy = TenWeights();
  pruner.Prune(0, copy);
  EXPECT_EQ(Flat(copy.hidden()), Flat(TenWeights().hidden()));
}

TEST(PruningTest, ByLayerEachTensorLosesItsShare) {
  const TinyNet net = TenWeights();
  TinyNet copy = TenWeights();
  const Pruner pruner = Make(net, {.method = PruningMethod::kLayer});
  pruner.Prune(0.5, copy);  // Three of six, two of four.
  EXPECT_EQ(Flat(copy.hidden()), (Values{0, 3, 0, -9, 0, 7}));
  EXPECT_EQ(Flat(copy.out()), (Values{0, 0, 8, -6}));
  pruner.Prune(0.1, copy);  // round(0.6) = 1 of six, round(0.4) = 0 of four.
  EXPECT_EQ(Flat(copy.hidden()), (Values{-0.5, 3, 0, -9, 0.2, 7}));
  EXPECT_EQ(Flat(copy.out()), (Values{0.3, -0.05, 8, -6}));
}

TEST(PruningTest, ByFilterRowsGoAndTheClassesStay) {
  // Row norms: sqrt(9.26) and sqrt(130.04).
  const TinyNet net = TenWeights();
  TinyNet copy = TenWeights();
  const Pruner pruner = Make(net, {.method = PruningMethod::kFilter});
  pruner.Prune(0.5, copy);
  EXPECT_EQ(Flat(copy.hidden()), (Values{0, 0, 0, -9, 0.2, 7}));
  EXPECT_EQ(Flat(copy.out()), Flat(net.out()));
  pruner.Prune(1, copy);
  EXPECT_EQ(Zeros(copy), 6);
}

TEST(PruningTest, ByColumnInputsOfEachLayerGo) {
  // Squared column norms: 81.25, 9.04, 49.01; 64.09, 36.0025.
  const TinyNet net = TenWeights();
  TinyNet copy = TenWeights();
  const Pruner pruner = Make(net, {.method = PruningMethod::kColumn});
  pruner.Prune(0.5, copy);  // round(1.5) = 2 of three, 1 of two.
  EXPECT_EQ(Flat(copy.hidden()), (Values{-0.5, 0, 0, -9, 0, 0}));
  EXPECT_EQ(Flat(copy.out()), (Values{0.3, 0, 8, 0}));
}

TEST(PruningTest, RowsAndColumnsAreRankedByTheirL2Norm) {
  // (3, 3) has the smaller L2 norm (root 18 < 5), (0, 5) the smaller L1 norm.
  const TinyNet columns = Net({3, 0, 9, 3, 5, 9}, {1, 2, 3, 4});
  TinyNet copy = Net({3, 0, 9, 3, 5, 9}, {1, 2, 3, 4});
  Make(columns, {.method = PruningMethod::kColumn}).Prune(1. / 3, copy);
  EXPECT_EQ(Flat(copy.hidden()), (Values{0, 0, 9, 0, 5, 9}));
  const TinyNet rows = Net({0, 5, 0, 3, 3, 0}, {1, 2, 3, 4});
  Make(rows, {.method = PruningMethod::kFilter}).Prune(0.5, copy);
  EXPECT_EQ(Flat(copy.hidden()), (Values{0, 5, 0, 0, 0, 0}));
}

TEST(PruningTest, CentredWeightsGoToTheMedianOfTheirLayer) {
  // The lower median of hidden is 0.1 (sorted -9 -0.5 0.1 0.2 3 7), that of
  // out -0.05 (-6 -0.05 0.3 8). Deviations of hidden: 0.6 2.9 0 9.1 0.1 6.9; of
  // out: 0.35 0 8.05 5.95.
  const TinyNet net = TenWeights();
  TinyNet copy = TenWeights();
  Make(net, {.centred = true}).Prune(0.5, copy);  // 0, 0, 0.1, 0.35, 0.6.
  EXPECT_EQ(Flat(copy.hidden()), (Values{0.1, 3, 0.1, -9, 0.1, 7}));
  EXPECT_EQ(Flat(copy.out()), (Values{-0.05, -0.05, 8, -6}));
  Make(net, {.method = PruningMethod::kLayer, .centred = true}).Prune(1, copy);
  EXPECT_EQ(Flat(copy.hidden()), Values(6, 0.1));
  EXPECT_EQ(Flat(copy.out()), Values(4, -0.05));
}

TEST(PruningTest, CentredRowsAreRankedAroundTheMedian) {
  // All near the median 5: the row of norm 8.6 deviates by less than the row of
  // zeros does.
  const TinyNet net = Net({5, 5, 5, 0, 0, 5}, {1, 2, 3, 4});
  TinyNet copy = Net({5, 5, 5, 0, 0, 5}, {1, 2, 3, 4});
  Make(net, {.method = PruningMethod::kFilter, .centred = true})
      .Prune(0.5, copy);
  EXPECT_EQ(Flat(copy.hidden()), (Values{5, 5, 5, 0, 0, 5}));
  Make(net, {.method = PruningMethod::kFilter}).Prune(0.5, copy);
  EXPECT_EQ(Flat(copy.hidden()), (Values{5, 5, 5, 0, 0, 0}));
}

TEST(PruningTest, TheFirstAndTheLastLayerMayStay) {
  const TinyNet net = TenWeights();
  TinyNet copy = TenWeights();
  Make(net, {.exclude_first = true}).Prune(0.5, copy);
  // Two of the four that count.
  EXPECT_EQ(Flat(copy.hidden()), Flat(net.hidden()));
  EXPECT_EQ(Flat(copy.out()), (Values{0, 0, 8, -6}));
  Make(net, {.method = PruningMethod::kColumn, .exclude_last = true})
      .Prune(1, copy);
  EXPECT_EQ(Flat(copy.hidden()), Values(6, 0));
  EXPECT_EQ(Flat(copy.out()), Flat(net.out()));
}

// A convolution [O, I, H, W] and a vector.
class ConvolutionNet : public Model {
 public:
  explicit ConvolutionNet(const at::Tensor& weight)
      : weight_(register_parameter("weight", weight.clone())),
        gamma_(register_parameter("gamma", at::ones({2}))) {}

  ModelOutput Forward(const at::Tensor& inputs) override {
    return {inputs, inputs};
  }
  at::Tensor weight() const { return weight_.detach(); }

 private:
  at::Tensor weight_, gamma_;
};

TEST(PruningTest, ColumnsOfAConvolutionSpanItsFilters) {
  // Two filters of two places in two channels: columns (channel, place) have
  // squared norms 10, 5, 25, 17.
  const at::Tensor weight =
      at::tensor({1.f, 2.f, 3.f, 4.f, 3.f, 1.f, 4.f, 1.f}).view({2, 2, 1, 2});
  const ConvolutionNet net(weight);
  ConvolutionNet copy(weight);
  Make(net, {.method = PruningMethod::kColumn}).Prune(0.5, copy);
  EXPECT_EQ(Flat(copy.weight()), (Values{0, 0, 3, 4, 0, 0, 4, 1}));
  EXPECT_EQ(copy.weight().sizes(), weight.sizes());
}

TEST(PruningTest, NothingToPruneIsSaid) {
  const ConvolutionNet net(at::ones({2, 1, 1, 1}));
  for (const PruningOptions& options :
       {PruningOptions{.exclude_first = true},
        PruningOptions{.exclude_last = true},
        PruningOptions{.method = PruningMethod::kFilter}}) {
    const auto pruner = Pruner::Create(net, options);
    EXPECT_EQ(pruner.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(std::string(pruner.status().message()),
              "nothing to prune: the model has 1 weight tensor (two or more "
              "dimensions), and the first and last ones may be left out by "
              "exclude_first, exclude_last and method filter");
  }
}

TEST(PruningDeathTest, RatiosLieBetweenZeroAndOne) {
  const Pruner pruner = Make(TenWeights());
  TinyNet copy = TenWeights();
  EXPECT_DEATH(pruner.Prune(1.5, copy), "1.5");
  EXPECT_DEATH(pruner.Prune(-0.1, copy), "-0.1");
  EXPECT_DEATH(pruner.Prune(std::nan(""), copy), "nan");
}

}  // namespace
}  // namespace bigstep
