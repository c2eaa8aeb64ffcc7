// Elastic distortion: the image is pulled by its corners and then, pixel by
// pixel, in smooth random directions.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_ELASTIC_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_ELASTIC_H_

#include "datasets/corruptions/image.h"
#include "datasets/corruptions/random_stream.h"

namespace bigstep {

// Level 1 to 5. First the affine map that moves the points (26, 26), (26, 6)
// and (6, 6), each by U(-r, r) in both coordinates, r falling from 2.56 to 0.96
// pixels; coordinates are rounded to 1/32 pixel, as OpenCV rounds them. Then
// displacement by uniform noise, smoothed with sigma and scaled by alpha (level
// 1: none). Linear interpolation; the image is mirrored beyond its edges.
Image32 DistortElastically(const Image32& image, int level,
                           RandomStream& random);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_ELASTIC_H_
