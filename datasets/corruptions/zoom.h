// Zooming into the centre of a plane.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_ZOOM_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_ZOOM_H_

#include "datasets/corruptions/image.h"

namespace bigstep {

// Cuts the central ceil(32 / factor) pixels out of each side, scales them up
// linearly as scipy.ndimage.zoom does (first pixel on first, last on last, to
// the size rounded half to even) and cuts the centre out of that. factor >= 1.
Plane32<double> ZoomIn(const Plane32<double>& plane, double factor);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_ZOOM_H_
