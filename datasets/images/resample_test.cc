#include "datasets/images/resample.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <sstream>

#include "datasets/images/golden_lines_testing.h"

namespace bigstep {
namespace {

Box ReadBox(std::istream& line) {
  Box box;
  line >> box.top >> box.left >> box.height >> box.width;
  return box;
}

at::Tensor Resampled(const at::Tensor& image, const Framing& framing) {
  at::Tensor output =
      at::full({3, framing.window.height, framing.window.width}, 77, at::kByte);
  Resample(image, framing, output.data_ptr<uint8_t>());
  return output;
}

// Witness: Pillow 9.4.0, crop, resize(BILINEAR), crop and mirror.
TEST(ResampleTest, AgreesWithPillowToTheBit) {
  for (std::istringstream& line : GoldenLines("resampled.txt")) {
    const int64_t height = ReadInt(line), width = ReadInt(line);
    Framing framing;
    framing.source = ReadBox(line);
    line >> framing.height >> framing.width;
    framing.window = ReadBox(line);
    line >> framing.mirrored;
    const at::Tensor expected =
        ReadBytes(line, {3, framing.window.height, framing.window.width});
    const at::Tensor found = Resampled(MakePattern(height, width), framing);
    EXPECT_TRUE(found.equal(expected)) << line.str() << found;
  }
}

TEST(ResampleTest, TheSameSizeChangesNothing) {
  const at::Tensor image = MakePattern(9, 8);
  const Box all = {0, 0, 9, 8};
  EXPECT_TRUE(
      Resampled(image, {all, 9, 8, all}).equal(image.permute({2, 0, 1})));
}

// By hand: the mean of 0, 10, 20 and 30 is 15.
TEST(ResampleTest, HalvingAveragesWithTheTriangle) {
  at::Tensor image = at::empty({1, 4, 3}, at::kByte);
  for (int64_t x = 0; x < 4; ++x) image.select(1, x).fill_(10 * x);
  // Two outputs, scale 2: the first is centred at 1 with a triangle of half
  // base 2, which gives pixels 0..2 the weights 3/4, 3/4, 1/4 over 7/4:
  // (3 * 0 + 3 * 10 + 1 * 20) / 7 = 7.14; the second mirrors it: 22.86.
  const at::Tensor output =
      Resampled(image, {{0, 0, 1, 4}, 1, 2, {0, 0, 1, 2}});
  EXPECT_TRUE(output.equal(at::tensor({7, 23}, at::kByte).expand({3, 1, 2})));
}

// Rounded weights of 60000 pixels sum to more than 1.
TEST(ResampleTest, WhiteStaysWhiteHoweverManyPixels) {
  const at::Tensor image = at::full({1, 60000, 3}, 255, at::kByte);
  const at::Tensor output =
      Resampled(image, {{0, 0, 1, 60000}, 1, 2, {0, 0, 1, 2}});
  EXPECT_TRUE(output.eq(255).all().item<bool>()) << output;
}

TEST(ResampleDeathTest, RefusesABoxOutsideOfTheImage) {
  const at::Tensor image = MakePattern(4, 4);
  EXPECT_DEATH(Resampled(image, {{1, 0, 4, 4}, 2, 2, {0, 0, 2, 2}}), "Inside");
  EXPECT_DEATH(Resampled(image, {{0, 0, 4, 4}, 2, 2, {0, 1, 2, 2}}), "Inside");
}

}  // namespace
}  // namespace bigstep
