// Motion blur as ImageMagick 6 with 16-bit values computes it.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_MOTION_BLUR_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_MOTION_BLUR_H_

#include "datasets/corruptions/image.h"
#include "datasets/corruptions/random_stream.h"

namespace bigstep {

// Each pixel becomes the weighted mean of itself and the 2 * radius pixels that
// follow it in the direction of `degrees` (0: to the right, 90: down; to the
// nearest pixel); the weight of the i-th is exp(-i^2 / (2 sigma^2)). Edge
// pixels continue beyond the edge.
Plane32<uint8_t> MotionBlur(const Plane32<uint8_t>& plane, int radius,
                            double sigma, double degrees);

// Level 1 to 5: (radius, sigma) from (6, 1) to (9, 2.5), at an angle uniform in
// [-45, 45) degrees.
Image32 BlurByMotion(const Image32& image, int level, RandomStream& random);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_MOTION_BLUR_H_
