#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/testing.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

TEST(ToyTest, EqualLogitsCostTheLogarithmOfTheClasses) {
  const auto loss = MakePlugin<LossFamily>("{name: toy, scale: 2}", {});
  const at::Tensor values = loss->PerExample(at::zeros({1, 3}, at::kDouble),
                                             at::zeros({1}, at::kLong));
  // By hand: -2 log(1 / 3).
  EXPECT_DOUBLE_EQ(values[0].item<double>(), 2 * std::log(3.0));
}

}  // namespace
}  // namespace bigstep
