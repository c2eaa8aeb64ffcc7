// Decoding of photographs and drawings in files.
#ifndef BIGSTEP_DATASETS_IMAGES_IMAGE_DECODER_H_
#define BIGSTEP_DATASETS_IMAGES_IMAGE_DECODER_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// Larger images are refused: a quarter GiB of pixels, three bytes each. Pillow
// warns beyond this size and refuses beyond twice of it.
inline constexpr int64_t kMaxImagePixels = (int64_t{1} << 30) / 4 / 3;

// The pixels of a JPEG or PNG file, distinguished by their first bytes, since
// names may be wrong. [H, W, 3] uint8, red, green and blue, as Pillow's
// convert("RGB") gives them: gray becomes three equal channels, CMYK is assumed
// to be inverted, as Adobe writes it, palettes are looked up, alpha is dropped,
// 16 bits are cut to 8, colour profiles are not applied. One difference: Pillow
// cuts 16-bit gray images at 255 of 65535, which leaves them white. With
// `exif_orientation` the image is turned and mirrored as its EXIF data say
// (Pillow's ImageOps.exif_transpose); cameras and phones store it as their
// sensor is mounted. `name` stands for the file in errors. DataLoss if `bytes`
// is empty, neither JPEG nor PNG, cut short, corrupt such that pixels are lost,
// or larger than kMaxImagePixels.
absl::StatusOr<at::Tensor> DecodeImage(absl::string_view bytes,
                                       absl::string_view name,
                                       bool exif_orientation = false);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_IMAGE_DECODER_H_
