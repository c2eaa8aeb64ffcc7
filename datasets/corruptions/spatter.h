// Spatter: drops of water or mud on the lens.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_SPATTER_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_SPATTER_H_

#include "datasets/corruptions/image.h"
#include "datasets/corruptions/random_stream.h"

namespace bigstep {

// Level 1 to 3: water, 4 and 5: mud. Drops are where smoothed normal noise
// exceeds a threshold. Water is pale turquoise, shaded by the distance to the
// drops' edges; mud is brown and opaque. An image on which no drop falls stays
// as it is; the reference, which divides by the largest drop, makes it black.
Image32 AddSpatter(const Image32& image, int level, RandomStream& random);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_SPATTER_H_
