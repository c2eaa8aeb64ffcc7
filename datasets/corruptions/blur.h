// Blur: gaussian, defocus, glass, zoom. Levels are 1 to 5.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_BLUR_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_BLUR_H_

#include "datasets/corruptions/image.h"
#include "datasets/corruptions/random_stream.h"

namespace bigstep {

// Gaussian filter, sigma 0.4 to 1; edge pixels continue beyond the edge.
Image32 BlurGaussian(const Image32& image, int level);

// Filter with a disc of radius 0.3 to 1.5 pixels that a 3 x 3 Gaussian makes
// smooth; the image is mirrored beyond the edge.
Image32 BlurDefocused(const Image32& image, int level);

// Gaussian filter (sigma 0.05 to 0.4), then once or twice a walk over the
// pixels from the lower right, each becoming a copy of itself or one of the
// three neighbours to the left and above, then the filter again. The reference
// means to swap the two pixels, but its assignment through numpy views copies
// one; the published images show copies, and so do these.
Image32 BlurBehindGlass(const Image32& image, int level, RandomStream& random);

// Mean of the image and its centre zoomed in by 1, 1.01, ... up to 1.06, 1.11,
// 1.15, 1.20, 1.25 (5 levels), where the image, like the zoom by 1, counts as
// one of the terms. The first two end one step later than the reference seems
// to say, since numpy.arange rounds the number of steps up.
Image32 BlurByZoom(const Image32& image, int level);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_BLUR_H_
