// Where an image has edges.
#ifndef BIGSTEP_METRICS_ATTRIBUTION_CONTOURS_H_
#define BIGSTEP_METRICS_ATTRIBUTION_CONTOURS_H_

#include <ATen/core/Tensor.h>

namespace bigstep {

// Sobel's gradient magnitude of images [M, H, W] of floats, [M, H, W]:
//   sqrt((h^2 + v^2) / 2), h and v the convolutions with
//   [1 2 1; 0 0 0; -1 -2 -1] / 4 and its transpose,
// pixels beyond the border being equal to their neighbours inside. Exactly 0
// where the 3 x 3 pixels around are equal. Range [0, 1] for pixels in [0, 1].
at::Tensor SobelMagnitude(const at::Tensor& images);

// The `share` (0 to 1) of the pixels of each image [H, W] with the greatest
// Sobel magnitude, rounded to a whole number of at least 1, as [M, H, W] bool.
// Pixels as great as the least of these count as well, pixels of magnitude 0
// never: an image with large flat parts may have fewer edge pixels, a constant
// image has none.
at::Tensor EdgePixels(const at::Tensor& images, double share);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_ATTRIBUTION_CONTOURS_H_
