#include "base/bfloat16_scope.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(Bfloat16ScopeTest, ProductsAreRoundedInsideAlone) {
  // 1 + 2^-9 has no bfloat16; the nearest is 1.
  const at::Tensor x = at::full({1, 1}, 1 + 1.0 / 512);
  const auto product = [&x] { return at::linear(x, x); };
  const double exact = product().item<double>();
  EXPECT_GT(exact, 1);
  EXPECT_FALSE(Bfloat16Scope::IsActive());
  {
    const Bfloat16Scope scope(c10::kCPU);
    EXPECT_TRUE(Bfloat16Scope::IsActive());
    EXPECT_EQ(product().item<double>(), 1);
    EXPECT_EQ(product().scalar_type(), at::kBFloat16);
    EXPECT_EQ((x + x).scalar_type(), at::kFloat);
  }
  EXPECT_FALSE(Bfloat16Scope::IsActive());
  EXPECT_EQ(product().item<double>(), exact);
}

TEST(Bfloat16ScopeTest, ChangedWeightsAreRoundedAgain) {
  const at::Tensor x = at::ones({1, 1});
  const at::Tensor weight = at::ones({1, 1}).requires_grad_();
  for (const double value : {2.0, 4.0}) {
    weight.detach().fill_(value);
    const Bfloat16Scope scope(c10::kCPU);
    EXPECT_EQ(at::linear(x, weight).item<double>(), value);
  }
}

}  // namespace
}  // namespace bigstep
