#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

TEST(SquaredErrorTest, ByHand) {
  const auto loss = MakePlugin<LossFamily>("squared_error", {});
  EXPECT_EQ(loss->task(), Task::kRegression);
  const at::Tensor outputs =
      at::tensor({1.f, 2.f, -1.f, 0.5f}).view({2, 2}).requires_grad_();
  const at::Tensor numbers = at::tensor({0.f, 4.f, -1.f, 0.f}).view({2, 2});
  const at::Tensor values = loss->PerExample(outputs, numbers);
  // 1 + 4 and 0 + 1/4; the gradients are 2 (1, -2, 0, 1/2).
  EXPECT_TRUE(values.equal(at::tensor({5.f, 0.25f})));
  values.sum().backward();
  EXPECT_TRUE(
      outputs.grad().equal(at::tensor({2.f, -4.f, 0.f, 1.f}).view({2, 2})));
}

}  // namespace
}  // namespace bigstep
