// The losses of small files: JPEG and large pixels. Levels are 1 to 5.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_COMPRESSION_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_COMPRESSION_H_

#include "datasets/corruptions/image.h"

namespace bigstep {

// Through JPEG and back at quality 80 to 40; see JpegRoundTrip.
Image32 CompressAsJpeg(const Image32& image, int level);

// Shrinks the image to 30, 28, 27, 24 or 20 pixels a side (the integer part of
// 0.95, 0.9, 0.85, 0.75, 0.65 times 32) and back, a pixel being the mean of
// those whose centres it covers, to the nearest byte after each direction: the
// box filter of Pillow.
Image32 Pixelate(const Image32& image, int level);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_COMPRESSION_H_
