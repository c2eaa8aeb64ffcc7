// Images for tests and benchmarks.
#ifndef BIGSTEP_DATASETS_IMAGES_TESTING_H_
#define BIGSTEP_DATASETS_IMAGES_TESTING_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace bigstep {

// Waves of three colours, [height, width, 3] uint8, that JPEG keeps within a
// few levels; another `phase` moves them.
at::Tensor MakeWaves(int64_t height, int64_t width, double phase = 0);

// `pixels` [H, W, 3] uint8 as a JPEG file.
std::string EncodeJpeg(const at::Tensor& pixels, int quality = 95);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_TESTING_H_
