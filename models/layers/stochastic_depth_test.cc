#include "models/layers/stochastic_depth.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/generator.h"

namespace bigstep {
namespace {

TEST(StochasticDepthTest, ProbabilityZeroLeavesTheBranchAndTheGeneratorAlone) {
  at::Generator generator = MakeGenerator(1), untouched = MakeGenerator(1);
  const at::Tensor branch = at::arange(6).view({3, 2}).to(at::kFloat);
  EXPECT_TRUE(DropRows(branch, 0, generator).is_same(branch));
  EXPECT_TRUE(at::rand({4}, generator).equal(at::rand({4}, untouched)));
}

TEST(StochasticDepthTest, WholeRowsGoAndTheOthersGrow) {
  at::Generator generator = MakeGenerator(1);
  const at::Tensor branch =
      at::arange(1, 97).view({16, 2, 3, 1}).to(at::kFloat);
  // 1 / (1 - 0.75) is exactly 4.
  const at::Tensor ratio = DropRows(branch, 0.75, generator) / branch;
  ASSERT_EQ(ratio.sizes(), branch.sizes());
  int64_t dropped = 0;
  for (int64_t i = 0; i < 16; ++i) {
    const float first = ratio[i][0][0][0].item<float>();
    EXPECT_TRUE(first == 0 || first == 4) << first;
    EXPECT_TRUE(ratio[i].eq(first).all().item<bool>()) << i;
    if (first == 0) ++dropped;
  }
  EXPECT_GT(dropped, 0);
  EXPECT_LT(dropped, 16);
}

TEST(StochasticDepthTest, DropsAtTheGivenRate) {
  at::Generator generator = MakeGenerator(1);
  const int64_t n = 10000;
  for (const double p : {0.02, 0.2, 0.5}) {
    const double dropped =
        DropRows(at::ones({n, 1}), p, generator).eq(0).sum().item<double>();
    // Binomial: five standard deviations.
    EXPECT_NEAR(dropped, n * p, 5 * std::sqrt(n * p * (1 - p))) << p;
  }
}

TEST(StochasticDepthTest, TheGeneratorDecides) {
  at::Generator a = MakeGenerator(1), b = MakeGenerator(1),
                c = MakeGenerator(2);
  const at::Tensor branch = at::ones({64, 1});
  const at::Tensor first = DropRows(branch, 0.5, a);
  at::manual_seed(7);  // LibTorch's global generator plays no part.
  EXPECT_TRUE(first.equal(DropRows(branch, 0.5, b)));
  EXPECT_FALSE(first.equal(DropRows(branch, 0.5, c)));
  EXPECT_FALSE(first.equal(DropRows(branch, 0.5, a)));  // The next draws.
}

TEST(StochasticDepthTest, GradientsOfDroppedRowsAreZero) {
  at::Generator generator = MakeGenerator(1);
  const at::Tensor branch = at::ones({16, 2}).set_requires_grad(true);
  const at::Tensor result = DropRows(branch, 0.5, generator);
  result.sum().backward();
  // The branch is one everywhere: the factors are the result.
  EXPECT_TRUE(branch.grad().equal(result));
}

}  // namespace
}  // namespace bigstep
