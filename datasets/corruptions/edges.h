// Edges in a gray image and the distance to them, as OpenCV computes them.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_EDGES_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_EDGES_H_

#include "datasets/corruptions/image.h"

namespace bigstep {

// Canny's detector (IEEE TPAMI 8, 1986) with 3 x 3 Sobel gradients of size
// |dx| + |dy|: true where the size is largest across the edge and above `high`,
// or above `low` and connected to such a pixel.
Plane32<bool> FindEdges(const Plane32<uint8_t>& gray, int low, int high);

// Distance in pixels to the nearest edge along steps of length 1
// (straight), 1.4 (diagonal) and 2.1969 (a knight's move): Borgefors, Computer
// Vision, Graphics and Image Processing 34 (1986). Larger than any distance in
// the image if there is no edge.
Plane32<float> DistanceToEdges(const Plane32<bool>& edges);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_EDGES_H_
