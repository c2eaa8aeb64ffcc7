// Snow, frost and fog. Levels are 1 to 5.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_WEATHER_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_WEATHER_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "datasets/corruptions/image.h"
#include "datasets/corruptions/random_stream.h"

namespace bigstep {

// Whitens the image towards gray and adds flakes: normal noise, zoomed in, what
// lies below a threshold removed, blurred by motion at an angle uniform in
// [-135, -45) degrees; once as it is and once turned by 180 degrees.
Image32 AddSnow(const Image32& image, int level, RandomStream& random);

// a x + b times a crop of one of `textures` [3, H, W] uint8 (H, W > 32) that is
// chosen at random, as is the place.
Image32 AddFrost(const Image32& image, int level,
                 const std::vector<at::Tensor>& textures, RandomStream& random);

// Adds c times a plasma and scales the sum down by m / (m + c), m being the
// largest value of the image.
Image32 AddFog(const Image32& image, int level, RandomStream& random);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_WEATHER_H_
