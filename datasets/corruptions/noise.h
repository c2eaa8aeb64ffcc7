// Noise: gaussian, shot, impulse, speckle. Levels are 1 to 5.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_NOISE_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_NOISE_H_

#include <vector>

#include "datasets/corruptions/image.h"
#include "datasets/corruptions/random_stream.h"

namespace bigstep {

// x + N(0, sigma^2) for each value x in [0, 1]; sigma 0.04 to 0.10.
Image32 AddGaussianNoise(const Image32& image, int level, RandomStream& random);

// Poisson(x c) / c for each value x in [0, 1]; c = 500 to 50 photons.
class ShotNoise {
 public:
  explicit ShotNoise(int level);
  Image32 Add(const Image32& image, RandomStream& random) const;

 private:
  double photons_;
  // For each byte, the cumulative distribution of its number of photons.
  std::vector<std::vector<double>> cumulative_;
};

// Each value turns, with probability 0.01 to 0.07, into 0 or 255.
Image32 AddImpulseNoise(const Image32& image, int level, RandomStream& random);

// x + x N(0, sigma^2) for each value x in [0, 1]; sigma 0.06 to 0.2.
Image32 AddSpeckleNoise(const Image32& image, int level, RandomStream& random);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_NOISE_H_
