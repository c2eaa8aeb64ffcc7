#include "metrics/attribution/attribution_sheet.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace bigstep {
namespace {

// Lengths in pixels.
constexpr int64_t kShorterSide = 112;  // Of an image, at least.
constexpr int64_t kFrame = 2;          // Around and between image and map.
constexpr int64_t kGap = 8;            // Between pairs and around all.
constexpr int64_t kGroupGap = 16;      // More, above the conflicting examples.
constexpr int64_t kColumns = 4;

using Color = std::vector<double>;
const Color kGray = {190, 190, 190};
const Color kRed = {217, 26, 26};

at::Tensor Column(const Color& color) {
  return at::tensor(color).view({3, 1, 1});
}

// [C, H, W] in [0, 1] as bytes [3, H, W].
at::Tensor ImageBytes(at::Tensor image) {
  if (image.size(0) != 3) image = image.slice(0, 0, 1);
  return image.clamp(0, 1).mul(255).round().to(at::kByte).expand({3, -1, -1});
}

at::Tensor Enlarge(const at::Tensor& bytes, int64_t factor) {
  return bytes.repeat_interleave(factor, 1).repeat_interleave(factor, 2);
}

// The part of `sheet` of this size at this place, to be written to.
at::Tensor Part(const at::Tensor& sheet, int64_t top, int64_t left,
                const at::Tensor& bytes) {
  return sheet.slice(1, top, top + bytes.size(1))
      .slice(2, left, left + bytes.size(2));
}

// Image above map in a common frame.
at::Tensor Pair(const at::Tensor& image, const at::Tensor& map,
                const Color& frame, int64_t factor) {
  const at::Tensor above = Enlarge(ImageBytes(image), factor);
  const at::Tensor below = Enlarge(HeatColors(map), factor);
  const int64_t height = above.size(1), width = above.size(2);
  at::Tensor pair = Column(frame).to(at::kByte).repeat(
      {1, 2 * height + 3 * kFrame, width + 2 * kFrame});
  Part(pair, kFrame, kFrame, above).copy_(above);
  Part(pair, height + 2 * kFrame, kFrame, below).copy_(below);
  return pair;
}

}  // namespace

at::Tensor HeatColors(const at::Tensor& map) {
  const at::Tensor white = at::tensor({255., 255., 255.});
  const at::Tensor red = at::tensor({222., 55., 38.});
  const at::Tensor dark = at::tensor({80., 0., 13.});
  // Piecewise linear, with red in the middle.
  const at::Tensor x = map.cpu().to(at::kDouble).unsqueeze(-1);
  const at::Tensor first = white + (red - white) * (2 * x);
  const at::Tensor second = red + (dark - red) * (2 * x - 1);
  return at::where(x.lt(0.5), first, second)
      .round()
      .to(at::kByte)
      .movedim(-1, 0);
}

at::Tensor DrawAttributions(const at::Tensor& images, const at::Tensor& maps,
                            int64_t conflicting) {
  const at::Tensor pixels = images.cpu(), heat = maps.cpu();
  const int64_t n = pixels.size(0);
  const int64_t shorter = std::min(pixels.size(2), pixels.size(3));
  const int64_t factor = (kShorterSide + shorter - 1) / shorter;
  const int64_t height = 2 * factor * pixels.size(2) + 3 * kFrame + kGap;
  const int64_t width = factor * pixels.size(3) + 2 * kFrame + kGap;
  const int64_t plain = n - conflicting;
  const auto rows = [](int64_t size) {
    return (size + kColumns - 1) / kColumns;
  };
  const int64_t gap = plain > 0 && conflicting > 0 ? kGroupGap : 0;
  const int64_t columns = std::min(kColumns, std::max(plain, conflicting));
  at::Tensor sheet =
      at::full({3, (rows(plain) + rows(conflicting)) * height + gap + kGap,
                columns * width + kGap},
               255, at::kByte);
  for (int64_t i = 0; i < n; ++i) {
    const bool second = i >= plain;
    const int64_t j = second ? i - plain : i;
    const int64_t row = j / kColumns + (second ? rows(plain) : 0);
    const at::Tensor pair =
        Pair(pixels[i], heat[i], second ? kRed : kGray, factor);
    Part(sheet, kGap + row * height + (second ? gap : 0),
         kGap + j % kColumns * width, pair)
        .copy_(pair);
  }
  return sheet;
}

}  // namespace bigstep
