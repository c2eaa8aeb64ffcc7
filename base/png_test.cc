#include "base/png.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/png_testing.h"
#include "base/testing.h"

namespace bigstep {
namespace {

// 2 rows of 3 pixels: red, green, blue; black, white, a mixture.
at::Tensor SixPixels() {
  return at::tensor({255, 0, 0, 0, 255, 1,   // Red.
                     0, 255, 0, 0, 255, 2,   // Green.
                     0, 0, 255, 0, 255, 3})  // Blue.
      .to(at::kByte)
      .view({3, 2, 3});
}

const std::vector<std::vector<uint32_t>> kSixPixels = {
    {0xff0000, 0x00ff00, 0x0000ff}, {0x000000, 0xffffff, 0x010203}};

TEST(PngTest, HoldsThePixels) {
  const auto png = EncodePng(SixPixels());
  ASSERT_OK(png);
  EXPECT_EQ(Pixels(*png), kSixPixels);
}

TEST(PngTest, StridesDoNotMatter) {
  const at::Tensor strided =
      SixPixels().permute({1, 2, 0}).contiguous().permute({2, 0, 1});
  ASSERT_FALSE(strided.is_contiguous());
  const auto png = EncodePng(strided);
  ASSERT_OK(png);
  EXPECT_EQ(Pixels(*png), kSixPixels);
}

TEST(PngTest, EqualPixelsGiveEqualBytes) {
  const auto a = EncodePng(SixPixels());
  const auto b = EncodePng(SixPixels().clone());
  ASSERT_OK(a);
  ASSERT_OK(b);
  EXPECT_EQ(*a, *b);
}

TEST(PngTest, ATooLargePictureIsAnError) {
  // cairo has no surface wider than 32767 pixels.
  const at::Tensor wide = at::zeros({3, 1, 40000}, at::kByte);
  EXPECT_EQ(EncodePng(wide).status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace bigstep
