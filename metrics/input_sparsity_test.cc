#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

Split Examples(std::vector<float> inputs, int64_t columns) {
  const at::Tensor x = at::tensor(inputs).view({-1, columns});
  const at::Tensor zeros = at::zeros({x.size(0)}, at::kLong);
  return {x, zeros, zeros};
}

Json Zeros(TinyNet& net, const Dataset& dataset, const std::string& options) {
  Evaluation evaluation(dataset, net, net.Maker(), {});
  const auto values =
      MakePlugin<MetricFamily>(
          absl::StrCat("{name: input_sparsity", options, "}"), {})
          ->Compute(evaluation);
  EXPECT_OK(values);
  return values->at("zeros");
}

TEST(InputSparsityTest, ByHand) {
  // Two units: relu(x0 + 0.01 x2) and relu(-x1), of which the second is off for
  // the first example; outputs: their sum and 2 times the first.
  TinyNet net(
      at::tensor({1.f, 0.f, 0.01f, 0.f, 0.f, -1.f, 0.f, 0.f}).view({2, 4}),
      at::tensor({1.f, 1.f, 2.f, 0.f}).view({2, 2}));
  const Split split = Examples({1, 1, 1, 1, 1, -1, 1, 1}, 4);
  const Dataset dataset = {{{4}, 2, 1}, split, split, split};
  // s over two examples: x0 (1 + 2) * 2 = 6, x1 1, x2 0.06, x3 0.
  EXPECT_EQ(Zeros(net, dataset, ", threshold: 0"), 0.25);
  EXPECT_EQ(Zeros(net, dataset, ", threshold: 0.02"), 0.5);
  EXPECT_EQ(Zeros(net, dataset, ", threshold: 0.2"), 0.75);
}

TEST(InputSparsityTest, ProductsBelowFloat32Count) {
  // Coefficients 1 and 1e-50, the least of float32 being 1e-45.
  TinyNet net(at::tensor({1.f, 0.f, 0.f, 1e-25f}).view({2, 2}),
              at::tensor({1.f, 1e-25f}).view({1, 2}));
  const Split split = Examples({1, 1}, 2);
  const Dataset dataset = {{{2}, 1, 1}, split, split, split};
  EXPECT_EQ(Zeros(net, dataset, ", threshold: 0"), 0);
  EXPECT_EQ(Zeros(net, dataset, ", threshold: 1.0e-49"), 0.5);
}

TEST(InputSparsityTest, OfANetworkThatIgnoresEverything) {
  TinyNet net(at::zeros({1, 3}), at::zeros({1, 1}));
  const Split split = Examples({1, 1, 1}, 3);
  EXPECT_EQ(Zeros(net, {{{3}, 1, 1}, split, split, split}, ""), 1);
}

}  // namespace
}  // namespace bigstep
