// Smoothing of a plane, with the borders that image libraries know.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_FILTERS_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_FILTERS_H_

#include "datasets/corruptions/image.h"

namespace bigstep {

// The values beyond the pixels a b c d of a line.
enum class Border {
  kNearest,  // a a | a b c d | d d
  kReflect,  // b a | a b c d | d c: the edge counts twice
  kMirror,   // c b | a b c d | c b: the edge counts once (101 in OpenCV)
};

// The position in [0, 32) whose pixel stands at position `i` of a line.
int Extend(int i, Border border);

// Gaussian filter with weights exp(-x^2 / (2 sigma^2)), normalised, for |x| <=
// truncate * sigma, rounded; the same numbers as scipy.ndimage.gaussian_filter.
// sigma = 0 changes nothing.
Plane32<double> GaussianFilter(const Plane32<double>& plane, double sigma,
                               Border border = Border::kNearest,
                               double truncate = 4);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_FILTERS_H_
