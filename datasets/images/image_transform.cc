#include "datasets/images/image_transform.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/log.h"

namespace bigstep {
namespace {

constexpr int kTries = 10;

// To the nearest integer, halves to the even one: Python's round().
int64_t Round(double x) { return std::llrint(x); }

// Where a part of `size` pixels begins that lies in the middle of `whole`.
int64_t CenterOffset(int64_t whole, int64_t size) {
  return Round(static_cast<double>(whole - size) / 2);
}

// floor(u n): 0..n - 1, each with the same probability.
int64_t Choose(double draw, int64_t n) {
  return static_cast<int64_t>(draw * static_cast<double>(n));
}

// The largest box in the middle whose ratio is allowed.
Box CenterBox(const RandomCrop& crop, int64_t height, int64_t width) {
  Box box = {0, 0, height, width};
  const double ratio = static_cast<double>(width) / static_cast<double>(height);
  // A long image and an extreme ratio must leave a pixel.
  if (ratio < crop.min_ratio) {
    box.height = std::clamp<int64_t>(
        Round(static_cast<double>(width) / crop.min_ratio), 1, height);
  } else if (ratio > crop.max_ratio) {
    box.width = std::clamp<int64_t>(
        Round(static_cast<double>(height) * crop.max_ratio), 1, width);
  }
  box.top = (height - box.height) / 2;
  box.left = (width - box.width) / 2;
  return box;
}

Box RandomBox(const RandomCrop& crop, int64_t height, int64_t width,
              const double* draws) {
  const double area = static_cast<double>(height) * static_cast<double>(width);
  const double low = std::log(crop.min_ratio);
  const double high = std::log(crop.max_ratio);
  for (int i = 0; i < kTries; ++i) {
    const double* pair = draws + 3 + 2 * i;
    const double target =
        area * (crop.min_scale + pair[0] * (crop.max_scale - crop.min_scale));
    const double ratio = std::exp(low + pair[1] * (high - low));
    const int64_t w = Round(std::sqrt(target * ratio));
    const int64_t h = Round(std::sqrt(target / ratio));
    if (w < 1 || w > width || h < 1 || h > height) continue;
    return {Choose(draws[1], height - h + 1), Choose(draws[2], width - w + 1),
            h, w};
  }
  return CenterBox(crop, height, width);
}

}  // namespace

std::string ImageTransform::ToString() const {
  std::string text = absl::StrCat(
      "size ", size, " center ", center,
      sides == Sides::kBoth ? " both sides " : " shorter side ", resized);
  if (random_crop.has_value()) {
    absl::StrAppendFormat(&text, " random crop %.17g %.17g %.17g %.17g",
                          random_crop->min_scale, random_crop->max_scale,
                          random_crop->min_ratio, random_crop->max_ratio);
  }
  if (exif_orientation) absl::StrAppend(&text, " exif orientation");
  return text;
}

Framing FrameCenter(const ImageTransform& transform, int64_t height,
                    int64_t width) {
  const int64_t size = transform.size;
  const int64_t resized = transform.resized;
  BIGSTEP_CHECK(size > 0 && resized >= size) << size << " of " << resized;
  Framing framing;
  Box& source = framing.source;
  source = {0, 0, height, width};
  if (transform.center > 0) {
    source.height = std::min(height, transform.center);
    source.width = std::min(width, transform.center);
    source.top = CenterOffset(height, source.height);
    source.left = CenterOffset(width, source.width);
  }
  framing.height = framing.width = resized;
  if (transform.sides == ImageTransform::Sides::kShorter) {
    const int64_t shorter = std::min(source.height, source.width);
    // Cut, not rounded, as torchvision does.
    framing.height = resized * source.height / shorter;
    framing.width = resized * source.width / shorter;
  }
  framing.window = {CenterOffset(framing.height, size),
                    CenterOffset(framing.width, size), size, size};
  return framing;
}

Framing FrameRandomly(const RandomCrop& crop, int64_t size, int64_t height,
                      int64_t width, const double* draws) {
  Framing framing;
  framing.source = RandomBox(crop, height, width, draws);
  framing.height = framing.width = size;
  framing.window = {0, 0, size, size};
  framing.mirrored = draws[0] < 0.5;
  return framing;
}

}  // namespace bigstep
