// Brightness, contrast and saturation. Levels are 1 to 5.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_COLOR_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_COLOR_H_

#include "datasets/corruptions/image.h"

namespace bigstep {

// Adds 0.05 to 0.3 to the value of each pixel (hue, saturation, value).
Image32 Brighten(const Image32& image, int level);

// Scales the distance to the channel's mean by 0.75 to 0.15.
Image32 ReduceContrast(const Image32& image, int level);

// Turns the saturation s of each pixel into a s + b. Levels 1 and 2 lower it
// (a = 0.3, 0.1), 3 to 5 raise it (a = 1.5, 2, 2.5; b = 0, 0.1, 0.2). The hue
// of gray pixels is 0, so that the last two tint them red.
Image32 Saturate(const Image32& image, int level);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_COLOR_H_
