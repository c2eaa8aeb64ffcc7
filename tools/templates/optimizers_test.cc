#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "optimizers/optimizer.h"

namespace bigstep {
namespace {

TEST(ToyTest, StepsAgainstTheGradient) {
  at::Tensor w = at::tensor({1.0, 2.0}, at::kDouble).set_requires_grad(true);
  const auto optimizer =
      MakePlugin<OptimizerFamily>("{name: toy, lr: 0.1}", {{{"w", w}}});
  const at::Tensor loss = optimizer->Step(
      [&] {
        w.mutable_grad() = at::tensor({10.0, -10.0}, at::kDouble);
        return at::scalar_tensor(7.0);
      },
      /*lr_scale=*/0.5);
  EXPECT_EQ(loss.item<double>(), 7);
  // By hand: 1 - 0.1 * 0.5 * 10 and 2 + 0.1 * 0.5 * 10.
  EXPECT_DOUBLE_EQ(w[0].item<double>(), 0.5);
  EXPECT_DOUBLE_EQ(w[1].item<double>(), 2.5);
}

}  // namespace
}  // namespace bigstep
