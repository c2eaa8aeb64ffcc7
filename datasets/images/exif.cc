#include "datasets/images/exif.h"

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/match.h"

namespace bigstep {
namespace {

constexpr uint32_t kOrientationTag = 0x0112;
constexpr uint32_t kShort = 3;  // The type of a number of two bytes.

// Numbers in the byte order of the header, 0 beyond the end.
class TiffReader {
 public:
  explicit TiffReader(absl::string_view bytes)
      : bytes_(bytes), little_(absl::StartsWith(bytes, "II")) {}

  uint32_t Number(size_t at, size_t size) const {
    uint32_t number = 0;
    for (size_t i = 0; i < size; ++i) {
      const size_t from = at + (little_ ? size - 1 - i : i);
      const uint32_t byte =
          from < bytes_.size() ? static_cast<uint8_t>(bytes_[from]) : 0;
      number = number << 8 | byte;
    }
    return number;
  }

 private:
  const absl::string_view bytes_;
  const bool little_;
};

}  // namespace

int ExifOrientation(absl::string_view exif) {
  if (!absl::StartsWith(exif, "II") && !absl::StartsWith(exif, "MM")) return 1;
  const TiffReader reader(exif);
  if (reader.Number(2, 2) != 42) return 1;
  const size_t directory = reader.Number(4, 4);
  const size_t entries = reader.Number(directory, 2);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > exif.size()) break;
    if (reader.Number(entry, 2) != kOrientationTag) continue;
    if (reader.Number(entry + 2, 2) != kShort) break;
    const uint32_t orientation = reader.Number(entry + 8, 2);
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation)
                                                : 1;
  }
  return 1;
}

at::Tensor Oriented(const at::Tensor& pixels, int orientation) {
  if (orientation <= 1) return pixels;
  const bool transposed = orientation >= 5;
  const at::Tensor turned = transposed ? pixels.transpose(0, 1) : pixels;
  std::vector<int64_t> mirrored;
  if (orientation == 3 || orientation == 4 || orientation == 7 ||
      orientation == 8) {
    mirrored.push_back(0);
  }
  if (orientation == 2 || orientation == 3 || orientation == 6 ||
      orientation == 7) {
    mirrored.push_back(1);
  }
  // flip keeps the order of the dimensions in memory.
  return (mirrored.empty() ? turned : turned.flip(mirrored)).contiguous();
}

}  // namespace bigstep
