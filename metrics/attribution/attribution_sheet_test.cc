#include "metrics/attribution/attribution_sheet.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <vector>

namespace bigstep {
namespace {

using Pixel = std::vector<int64_t>;

Pixel At(const at::Tensor& sheet, int64_t row, int64_t column) {
  Pixel pixel;
  for (int64_t c = 0; c < 3; ++c) {
    pixel.push_back(sheet[c][row][column].item<int64_t>());
  }
  return pixel;
}

const Pixel kWhite = {255, 255, 255};
const Pixel kGrayFrame = {190, 190, 190};
const Pixel kRedFrame = {217, 26, 26};

TEST(HeatColorsTest, GoFromWhiteOverRedToDark) {
  const at::Tensor colors =
      HeatColors(at::tensor({0., 0.25, 0.5, 1., 0.45}).view({1, 5}));
  EXPECT_EQ(At(colors, 0, 0), kWhite);
  // Halfway from white to (222, 55, 38).
  EXPECT_EQ(At(colors, 0, 1), (Pixel{238, 155, 146}));
  EXPECT_EQ(At(colors, 0, 2), (Pixel{222, 55, 38}));
  EXPECT_EQ(At(colors, 0, 3), (Pixel{80, 0, 13}));
  // Nine tenths of the way from white to red.
  EXPECT_EQ(At(colors, 0, 4), (Pixel{225, 75, 60}));
}

TEST(HeatColorsTest, DarkenSteadily) {
  const at::Tensor colors = HeatColors(at::linspace(0, 1, 101).view({1, 101}));
  // The weights of ITU-R BT.601.
  const at::Tensor luma = (colors.to(at::kDouble) *
                           at::tensor({0.299, 0.587, 0.114}).view({3, 1, 1}))
                              .sum(0)
                              .flatten();
  EXPECT_TRUE(luma.diff().lt(0).all().item<bool>());
}

TEST(DrawAttributionsTest, OneImageStandsAboveItsMap) {
  // 2 x 3 pixels, enlarged 56 times: 112 x 168.
  const at::Tensor image =
      at::tensor({0.f, 0.2f, 0.4f, 0.6f, 0.8f, 1.f}).view({1, 1, 2, 3});
  const at::Tensor map = at::tensor({0., 0., 0., 0., 0., 1.}).view({1, 2, 3});
  const at::Tensor sheet = DrawAttributions(image, map, 0);
  EXPECT_EQ(sheet.scalar_type(), at::kByte);
  // Gaps of 8, frames of 2: 8 + (2 + 112 + 2 + 112 + 2) + 8 by 8 + 172 + 8.
  EXPECT_EQ(sheet.sizes().vec(), (std::vector<int64_t>{3, 246, 188}));
  EXPECT_EQ(At(sheet, 7, 50), kWhite);
  EXPECT_EQ(At(sheet, 8, 50), kGrayFrame);
  // The corners of the pixels, in the image and in the map.
  EXPECT_EQ(At(sheet, 10, 10), (Pixel{0, 0, 0}));
  EXPECT_EQ(At(sheet, 10, 10 + 56), (Pixel{51, 51, 51}));
  EXPECT_EQ(At(sheet, 10 + 111, 10 + 167), kWhite);
  EXPECT_EQ(At(sheet, 10 + 112, 50), kGrayFrame);
  EXPECT_EQ(At(sheet, 124, 10), kWhite);
  EXPECT_EQ(At(sheet, 124 + 56, 10 + 112), (Pixel{80, 0, 13}));
  EXPECT_EQ(At(sheet, 124 + 55, 10 + 112), kWhite);
  EXPECT_EQ(At(sheet, 236, 50), kGrayFrame);
  EXPECT_EQ(At(sheet, 238, 50), kWhite);
}

TEST(DrawAttributionsTest, ConflictingOnesHaveARedFrameOnARowOfTheirOwn) {
  // 112 x 112: a pair takes 230 x 116 pixels, with its gap 238 x 124.
  const at::Tensor images = at::zeros({7, 3, 112, 112});
  const at::Tensor maps = at::zeros({7, 112, 112}, at::kDouble);
  const at::Tensor sheet = DrawAttributions(images, maps, 2);
  // Five in rows of four, then two, 16 pixels further down.
  EXPECT_EQ(sheet.sizes().vec(),
            (std::vector<int64_t>{3, 3 * 238 + 16 + 8, 4 * 124 + 8}));
  const auto frame = [&](int64_t row, int64_t column) {
    return At(sheet, 8 + row * 238 + (row == 2 ? 16 : 0), 8 + column * 124);
  };
  EXPECT_EQ(frame(0, 0), kGrayFrame);
  EXPECT_EQ(frame(0, 3), kGrayFrame);
  EXPECT_EQ(frame(1, 0), kGrayFrame);
  EXPECT_EQ(frame(1, 1), kWhite);
  EXPECT_EQ(frame(2, 0), kRedFrame);
  EXPECT_EQ(frame(2, 1), kRedFrame);
  EXPECT_EQ(frame(2, 2), kWhite);
}

TEST(DrawAttributionsTest, LargeImagesAndOneKindAloneNeedNoRoomOfTheirOwn) {
  const at::Tensor sheet = DrawAttributions(
      at::zeros({1, 3, 130, 120}), at::zeros({1, 130, 120}, at::kDouble), 1);
  EXPECT_EQ(sheet.sizes().vec(),
            (std::vector<int64_t>{3, 2 * 130 + 6 + 16, 120 + 4 + 16}));
  EXPECT_EQ(At(sheet, 8, 8), kRedFrame);
}

TEST(DrawAttributionsTest, ColorsAreKeptAndTwoChannelsShowTheFirst) {
  at::Tensor image = at::zeros({1, 3, 112, 112});
  image[0][1].fill_(1);
  image[0][2].fill_(0.5);
  const at::Tensor map = at::zeros({1, 112, 112}, at::kDouble);
  EXPECT_EQ(At(DrawAttributions(image, map, 0), 20, 20), (Pixel{0, 255, 128}));
  EXPECT_EQ(At(DrawAttributions(image.slice(1, 1), map, 0), 20, 20), kWhite);
}

}  // namespace
}  // namespace bigstep
