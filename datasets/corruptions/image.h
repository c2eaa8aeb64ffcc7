// The images that corruptions work on: 32 x 32 pixels in three planes (red,
// green, blue), as LibTorch stores an image [3, 32, 32].
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_IMAGE_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_IMAGE_H_

#include <algorithm>
#include <array>
#include <cstdint>

namespace bigstep {

inline constexpr int kSide = 32;
inline constexpr int kArea = kSide * kSide;

// Row by row.
template <class T>
using Plane32 = std::array<T, kArea>;

template <class T>
using Planes32 = std::array<Plane32<T>, 3>;

using Image32 = Planes32<uint8_t>;

// The values divided by 255.
template <class T>
Planes32<T> ToUnit(const Image32& image) {
  Planes32<T> result;
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < kArea; ++i) result[c][i] = image[c][i] / T{255};
  }
  return result;
}

// Back to a byte: clipped to [0, 1], times 255, the fraction cut off as numpy
// cuts it.
template <class T>
uint8_t ToByte(T value) {
  return static_cast<uint8_t>(std::clamp(value, T{0}, T{1}) * 255);
}

template <class T>
Plane32<uint8_t> ToBytes(const Plane32<T>& plane) {
  Plane32<uint8_t> result;
  std::transform(plane.begin(), plane.end(), result.begin(), ToByte<T>);
  return result;
}

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_IMAGE_H_
