#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

TEST(ToyTest, SumsOverAllParameters) {
  const auto regularizer =
      MakePlugin<RegularizerFamily>("{name: toy, coefficient: 0.5}", {});
  const at::Tensor penalty = regularizer->Penalty(
      {{"a", at::tensor({1.0, -2.0})}, {"b", at::tensor({3.0})}});
  // By hand: 0.5 * (1 + 4 + 9).
  EXPECT_DOUBLE_EQ(penalty.item<double>(), 7);
}

}  // namespace
}  // namespace bigstep
