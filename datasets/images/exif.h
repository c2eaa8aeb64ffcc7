// The orientation of an image, from its EXIF data.
#ifndef BIGSTEP_DATASETS_IMAGES_EXIF_H_
#define BIGSTEP_DATASETS_IMAGES_EXIF_H_

#include <ATen/core/Tensor.h>

#include "absl/strings/string_view.h"

namespace bigstep {

// The tag Orientation (0x0112) of EXIF data (a TIFF header and its first
// directory), 1 to 8; 1, which leaves an image as it is, if the data do not
// have it or are broken.
int ExifOrientation(absl::string_view exif);

// `pixels` [H, W, C] as they are to be shown: 2 mirrored left to right, 3
// turned by 180 degrees, 4 mirrored top to bottom, 5 transposed, 6 turned
// clockwise by 90 degrees, 7 transposed along the other diagonal, 8 turned
// counter-clockwise by 90 degrees. Contiguous.
at::Tensor Oriented(const at::Tensor& pixels, int orientation);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_EXIF_H_
