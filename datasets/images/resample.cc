#include "datasets/images/resample.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/log.h"

namespace bigstep {
namespace {

// Pillow's: a byte, a weight and two bits to spare make 32.
constexpr int kWeightBits = 32 - 8 - 2;
constexpr int32_t kHalf = 1 << (kWeightBits - 1);

// Every output of one axis is a weighted mean of neighbouring inputs.
struct Taps {
  struct Span {
    int64_t first = 0;  // Input.
    int64_t count = 0;  // Of inputs.
    const int32_t* weights = nullptr;
  };

  Span of(int64_t output) const {
    return {first[output], count[output], weights.data() + output * stride};
  }

  int64_t stride = 0;  // The most inputs that an output may have.
  std::vector<int64_t> first, count;
  std::vector<int32_t> weights;  // [outputs, stride], in units of 2^-22.
};

// Taps of the outputs [begin, begin + n) when `from` pixels become `to`.
Taps MakeTaps(int64_t from, int64_t to, int64_t begin, int64_t n) {
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double support = std::max(scale, 1.0);  // Half the triangle's base.
  Taps taps;
  taps.stride = static_cast<int64_t>(std::ceil(support)) * 2 + 1;
  taps.first.resize(n);
  taps.count.resize(n);
  taps.weights.resize(n * taps.stride);
  std::vector<double> exact(taps.stride);
  for (int64_t i = 0; i < n; ++i) {
    const double center = (static_cast<double>(begin + i) + 0.5) * scale;
    const int64_t first =
        std::max<int64_t>(static_cast<int64_t>(center - support + 0.5), 0);
    const int64_t count =
        std::min<int64_t>(static_cast<int64_t>(center + support + 0.5), from) -
        first;
    double sum = 0;
    for (int64_t t = 0; t < count; ++t) {
      const double distance =
          (static_cast<double>(first + t) - center + 0.5) / support;
      exact[t] = std::max(1 - std::abs(distance), 0.0);
      sum += exact[t];
    }
    for (int64_t t = 0; t < count; ++t) {
      taps.weights[i * taps.stride + t] =
          static_cast<int32_t>(0.5 + exact[t] / sum * (1 << kWeightBits));
    }
    taps.first[i] = first;
    taps.count[i] = count;
    // The last input may lie on the triangle's corner: always, if the size
    // stays the same.
    while (taps.count[i] > 1 && exact[taps.count[i] - 1] == 0) --taps.count[i];
  }
  return taps;
}

// The byte of a sum that began at kHalf. With thousands of inputs, the rounding
// of their weights may lift a white output above 255.
uint8_t ToByte(int32_t sum) {
  return static_cast<uint8_t>(std::min(sum >> kWeightBits, 255));
}

// One row of pixels to `n` outputs.
void ResampleRow(const uint8_t* row, const Taps& taps, int64_t n,
                 uint8_t* output) {
  for (int64_t i = 0; i < n; ++i) {
    const Taps::Span span = taps.of(i);
    const uint8_t* pixel = row + 3 * span.first;
    int32_t red = kHalf, green = kHalf, blue = kHalf;
    for (int64_t t = 0; t < span.count; ++t) {
      red += pixel[3 * t] * span.weights[t];
      green += pixel[3 * t + 1] * span.weights[t];
      blue += pixel[3 * t + 2] * span.weights[t];
    }
    output[3 * i] = ToByte(red);
    output[3 * i + 1] = ToByte(green);
    output[3 * i + 2] = ToByte(blue);
  }
}

// The weighted mean of rows of `n` bytes, before ToByte.
void MixRows(const uint8_t* rows, const Taps::Span& span, int64_t n,
             int32_t* sums) {
  std::fill(sums, sums + n, kHalf);
  for (int64_t t = 0; t < span.count; ++t) {
    const uint8_t* row = rows + (span.first + t) * n;
    const int32_t weight = span.weights[t];
    for (int64_t i = 0; i < n; ++i) sums[i] += row[i] * weight;
  }
}

bool Inside(const Box& box, int64_t height, int64_t width) {
  return box.top >= 0 && box.left >= 0 && box.height > 0 && box.width > 0 &&
         box.top + box.height <= height && box.left + box.width <= width;
}

}  // namespace

void Resample(const at::Tensor& image, const Framing& framing,
              uint8_t* output) {
  const Box& source = framing.source;
  const Box& window = framing.window;
  BIGSTEP_CHECK(image.dim() == 3 && image.size(2) == 3 &&
                image.is_contiguous());
  BIGSTEP_CHECK(Inside(source, image.size(0), image.size(1)));
  BIGSTEP_CHECK(Inside(window, framing.height, framing.width));

  const Taps across =
      MakeTaps(source.width, framing.width, window.left, window.width);
  const Taps down =
      MakeTaps(source.height, framing.height, window.top, window.height);
  const int64_t first_row = down.first.front();
  const int64_t row_count = down.first.back() + down.count.back() - first_row;
  const int64_t row_bytes = 3 * window.width;
  std::vector<uint8_t> rows(row_count * row_bytes);
  for (int64_t y = 0; y < row_count; ++y) {
    const int64_t pixel =
        (source.top + first_row + y) * image.size(1) + source.left;
    ResampleRow(image.data_ptr<uint8_t>() + 3 * pixel, across, window.width,
                rows.data() + y * row_bytes);
  }

  std::vector<int32_t> sums(row_bytes);
  const int64_t plane = window.height * window.width;
  for (int64_t y = 0; y < window.height; ++y) {
    Taps::Span span = down.of(y);
    span.first -= first_row;
    MixRows(rows.data(), span, row_bytes, sums.data());
    for (int64_t x = 0; x < window.width; ++x) {
      const int64_t to = framing.mirrored ? window.width - 1 - x : x;
      uint8_t* pixel = output + y * window.width + to;
      for (int64_t c = 0; c < 3; ++c) {
        pixel[c * plane] = ToByte(sums[3 * x + c]);
      }
    }
  }
}

}  // namespace bigstep
