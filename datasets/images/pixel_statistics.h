// Mean and standard deviation of the pixels, in [0, 1], of the training images:
// the usual normalization, one number for each channel.
#ifndef BIGSTEP_DATASETS_IMAGES_PIXEL_STATISTICS_H_
#define BIGSTEP_DATASETS_IMAGES_PIXEL_STATISTICS_H_

#include <vector>

namespace bigstep {

struct PixelStatistics {
  std::vector<double> mean, stddev;
};

inline PixelStatistics MnistPixels() { return {{0.1307}, {0.3081}}; }

inline PixelStatistics FashionMnistPixels() { return {{0.2860}, {0.3530}}; }

inline PixelStatistics Cifar10Pixels() {
  return {{0.491, 0.482, 0.447}, {0.247, 0.243, 0.262}};
}

inline PixelStatistics Cifar100Pixels() {
  return {{0.5071, 0.4867, 0.4408}, {0.2675, 0.2565, 0.2761}};
}

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_PIXEL_STATISTICS_H_
