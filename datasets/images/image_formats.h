// The decoders behind image_decoder, one for each format.
#ifndef BIGSTEP_DATASETS_IMAGES_IMAGE_FORMATS_H_
#define BIGSTEP_DATASETS_IMAGES_IMAGE_FORMATS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// Gives [height, width, 3] uint8 to be filled, or refuses the size.
using PixelMaker =
    std::function<absl::StatusOr<at::Tensor>(int64_t height, int64_t width)>;

// An image as its file stores it.
struct DecodedImage {
  at::Tensor pixels;    // From PixelMaker, filled; see DecodeImage.
  int orientation = 1;  // See ExifOrientation.
};

absl::StatusOr<DecodedImage> DecodeJpeg(absl::string_view bytes,
                                        const PixelMaker& make);
absl::StatusOr<DecodedImage> DecodePng(absl::string_view bytes,
                                       const PixelMaker& make);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_IMAGE_FORMATS_H_
