#include "datasets/portable_product.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(PortableProductTest, ByHand) {
  const at::Tensor a = at::tensor({1.f, 2.f, 0.f, -1.f}).view({2, 2});
  const at::Tensor b = at::tensor({1.f, 0.f, 3.f, 2.f, 1.f, -1.f}).view({2, 3});
  EXPECT_TRUE(PortableProduct(a, b).equal(
      at::tensor({5., 2., 1., -2., -1., 1.}, at::kDouble).view({2, 3})));
}

// Witness: LibTorch's product; whole numbers, so that the order of sums does
// not matter.
TEST(PortableProductTest, OfMoreRowsThanASlice) {
  const at::Tensor a =
      (at::arange(5001 * 3) % 7 - 3).view({5001, 3}).to(at::kDouble);
  const at::Tensor b = (at::arange(6) % 5).view({3, 2}).to(at::kDouble);
  EXPECT_TRUE(PortableProduct(a, b).equal(at::mm(a, b)));
}

TEST(PortableProductTest, NormsByHand) {
  const at::Tensor a = at::tensor({3., 0., 4., -2.}, at::kDouble).view({2, 2});
  EXPECT_TRUE(PortableNorms(a).equal(at::tensor({5., 2.}, at::kDouble)));
}

}  // namespace
}  // namespace bigstep
