#include "datasets/corruptions/compression.h"

#include <algorithm>
#include <vector>

#include "datasets/images/jpeg_round_trip.h"

namespace bigstep {
namespace {

constexpr std::array<int, 5> kQuality = {80, 65, 58, 50, 40};
constexpr std::array<int, 5> kPixels = {30, 28, 27, 24, 20};

// Resizes each of `lines` lines of `from` bytes to `to` bytes and turns the
// result over: it is [to, lines]. Two calls resize both directions.
std::vector<uint8_t> ResizeAcross(const std::vector<uint8_t>& source, int lines,
                                  int from, int to) {
  const double scale = static_cast<double>(from) / to;
  const double reach = std::max(scale, 1.0) / 2;
  std::vector<uint8_t> result(to * lines);
  for (int i = 0; i < to; ++i) {
    // Pixels whose centre k + 1/2 lies in [center - reach, center + reach).
    const double center = (i + 0.5) * scale;
    const int begin = std::max(static_cast<int>(center - reach + 0.5), 0);
    const int end = std::min(static_cast<int>(center + reach + 0.5), from);
    const int count = end - begin;
    for (int line = 0; line < lines; ++line) {
      int sum = 0;
      for (int k = begin; k < end; ++k) sum += source[line * from + k];
      result[i * lines + line] =
          static_cast<uint8_t>((2 * sum + count) / (2 * count));
    }
  }
  return result;
}

std::vector<uint8_t> Resize(const std::vector<uint8_t>& plane, int from,
                            int to) {
  return ResizeAcross(ResizeAcross(plane, from, from, to), to, from, to);
}

}  // namespace

Image32 CompressAsJpeg(const Image32& image, int level) {
  std::array<uint8_t, 3 * kArea> pixels;
  for (int i = 0; i < kArea; ++i) {
    for (int c = 0; c < 3; ++c) pixels[3 * i + c] = image[c][i];
  }
  JpegRoundTrip(kSide, kSide, kQuality[level - 1], pixels.data());
  Image32 result;
  for (int i = 0; i < kArea; ++i) {
    for (int c = 0; c < 3; ++c) result[c][i] = pixels[3 * i + c];
  }
  return result;
}

Image32 Pixelate(const Image32& image, int level) {
  const int pixels = kPixels[level - 1];
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    const std::vector<uint8_t> plane(image[c].begin(), image[c].end());
    const std::vector<uint8_t> back =
        Resize(Resize(plane, kSide, pixels), pixels, kSide);
    std::copy(back.begin(), back.end(), result[c].begin());
  }
  return result;
}

}  // namespace bigstep
