#include "metrics/weights/ranks.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace bigstep {
namespace {

TEST(RanksTest, EqualSingularValuesCountAll) {
  const Ranks ranks = RanksOf(at::full({5}, 3, at::kDouble));
  EXPECT_NEAR(ranks.effective, 5, 1e-14);
  EXPECT_NEAR(ranks.stable, 5, 1e-14);
}

TEST(RanksTest, ByHand) {
  // p = 2/4, 1/4, 1/4, 0: entropy 1.5 log 2. Squares 4 + 1 + 1 over 4.
  const Ranks ranks = RanksOf(at::tensor({2., 1., 1., 0.}));
  EXPECT_NEAR(ranks.effective, std::pow(2, 1.5), 1e-14);
  EXPECT_NEAR(ranks.stable, 1.5, 1e-14);
}

TEST(RanksTest, ScaleDoesNotMatterAndZeroHasNone) {
  for (const double scale : {1e-200, 1e200}) {
    const Ranks ranks = RanksOf(at::tensor({2., 1., 1., 0.}) * scale);
    EXPECT_NEAR(ranks.effective, std::pow(2, 1.5), 1e-13);
    EXPECT_NEAR(ranks.stable, 1.5, 1e-13);
  }
  EXPECT_EQ(RanksOf(at::zeros({3}, at::kDouble)).effective, 0);
  EXPECT_EQ(RanksOf(at::zeros({3}, at::kDouble)).stable, 0);
}

TEST(RanksTest, SingularValuesOfMatricesOfAnyShape) {
  // diag(3, 4) in some rotation has 4 and 3; rows of zeros change nothing.
  const at::Tensor rotation = at::tensor({0.6, 0.8, -0.8, 0.6}).view({2, 2});
  const at::Tensor m =
      rotation.matmul(at::diag(at::tensor({3., 4.}))).matmul(rotation);
  for (const at::Tensor& matrix :
       {m, at::cat({m, at::zeros({7, 2}, at::kDouble)}),
        at::cat({m, at::zeros({2, 7}, at::kDouble)}, 1)}) {
    EXPECT_TRUE(SingularValues(matrix).allclose(at::tensor({4., 3.}), 0, 1e-13))
        << matrix.sizes();
  }
}

}  // namespace
}  // namespace bigstep
