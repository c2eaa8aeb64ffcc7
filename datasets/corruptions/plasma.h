// Clouds by the diamond-square algorithm.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_PLASMA_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_PLASMA_H_

#include <vector>

#include "datasets/corruptions/random_stream.h"

namespace bigstep {

// A height map [size, size] that continues at the opposite edge, its values
// scaled to reach from 0 to 1; size is a power of two. Each step halves the
// distance between points: a new point is the mean of its four neighbours plus
// w U(-w, w), where w starts at 100 and is divided by `decay` after each step.
// Small decays give fine structure. As in the reference w counts twice, which
// makes the roughness fall by decay^2.
std::vector<double> MakePlasma(int size, double decay, RandomStream& random);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_PLASMA_H_
