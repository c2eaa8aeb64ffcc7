#include "datasets/byte_rows.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace bigstep {
namespace {

// Witness: LibTorch's own three operations.
at::Tensor InThreeSteps(const at::Tensor& bytes, const at::Tensor& indices) {
  return bytes.index_select(0, indices).to(at::kFloat).div_(255.0);
}

TEST(ByteRowsTest, DividesEachByteAsADivisionDoes) {
  const at::Tensor bytes = at::arange(256, at::kByte).view({256, 1});
  const at::Tensor indices = at::arange(256, at::kLong);
  const at::Tensor floats = GatherByteRows(bytes, indices);
  EXPECT_EQ(floats.scalar_type(), at::kFloat);
  EXPECT_TRUE(floats.equal(InThreeSteps(bytes, indices)));
}

// Widths below, at and above what vector instructions take at once.
TEST(ByteRowsTest, PicksRowsOfAnyWidthInAnyOrder) {
  for (const int64_t width : {1, 3, 31, 32, 33, 100, 2352}) {
    const at::Tensor bytes = at::randint(0, 256, {50, width}, at::kByte);
    const at::Tensor indices = at::tensor({49, 0, 7, 7, 12}, at::kLong);
    EXPECT_TRUE(
        GatherByteRows(bytes, indices).equal(InThreeSteps(bytes, indices)))
        << width;
  }
}

TEST(ByteRowsTest, KeepsTheShapeOfAnExample) {
  const at::Tensor bytes = at::randint(0, 256, {5, 3, 4, 2}, at::kByte);
  EXPECT_EQ(GatherByteRows(bytes, at::tensor({1, 2}, at::kLong)).sizes(),
            at::IntArrayRef({2, 3, 4, 2}));
  EXPECT_EQ(GatherByteRows(bytes, at::empty({0}, at::kLong)).sizes(),
            at::IntArrayRef({0, 3, 4, 2}));
}

TEST(ByteRowsTest, ReadsViewsThatAreNotContiguous) {
  const at::Tensor bytes = at::randint(0, 256, {6, 8}, at::kByte).t();
  const at::Tensor indices = at::arange(8, at::kLong).slice(0, 0, 8, 3);
  EXPECT_TRUE(
      GatherByteRows(bytes, indices).equal(InThreeSteps(bytes, indices)));
}

TEST(ByteRowsDeathTest, KnowsRowsThatAreNotThere) {
  const at::Tensor bytes = at::zeros({3, 2}, at::kByte);
  EXPECT_DEATH(GatherByteRows(bytes, at::tensor({3}, at::kLong)),
               "example 3 of 3");
  EXPECT_DEATH(GatherByteRows(bytes, at::tensor({-1}, at::kLong)),
               "example -1 of 3");
}

}  // namespace
}  // namespace bigstep
