// The corruptions of CIFAR-10-C, which Corrupted CIFAR-10 takes for its bias
// labels.
//   Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common
//   Corruptions and Perturbations", ICLR 2019, arXiv:1903.12261.
//   Nam et al., "Learning from Failure", NeurIPS 2020, arXiv:2007.02561.
//
// The reference is make_cifar_c.py in github hendrycks/robustness: it computes
// with numpy, scipy, scikit-image, OpenCV, Pillow and ImageMagick what is
// computed here without them. Given equal random numbers, the bytes are equal;
// the headers of the units say what each corruption does. Known differences:
//   - Random numbers come from a stream of each image's own.
//   - Spatter: an image without a drop stays as it is; the reference makes it
//     black. Noise above 1 (level 3, about one image in fifty) makes a full
//     drop; the reference wraps it around to an empty one.
//   - Frost from made-up textures, where the photographs are not used.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_CORRUPTIONS_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_CORRUPTIONS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "datasets/corruptions/image.h"
#include "datasets/corruptions/random_stream.h"

namespace bigstep {

struct Corruption {
  std::string name;  // "gaussian_noise".
  std::function<Image32(const Image32& image, RandomStream& random)> apply;
};

// The ten corruptions of one type of Corrupted CIFAR-10 at a level of
// CIFAR-10-C, 1 to 5, in the order of the bias labels. Type 0: snow, frost,
// fog, brightness, contrast, spatter, elastic, jpeg, pixelate, saturate.
// `frost_textures`: one or more [3, H, W] uint8, H and W above 32; type 1 does
// not use them.
std::vector<Corruption> MakeType0Corruptions(
    int level, std::vector<at::Tensor> frost_textures);

// Type 1: gaussian_noise, shot_noise, impulse_noise, speckle_noise,
// gaussian_blur, defocus_blur, glass_blur, motion_blur, zoom_blur, original,
// which changes nothing.
std::vector<Corruption> MakeType1Corruptions(int level);

// Applies corruption `which[i]` to image i with RandomStream(seed, i).
//   images [N, 3, 32, 32] uint8, which [N] int64.
// Returns the same shape. Uses LibTorch's threads; the result does not depend
// on their number.
at::Tensor Corrupt(const at::Tensor& images, const at::Tensor& which,
                   const std::vector<Corruption>& corruptions, uint64_t seed);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_CORRUPTIONS_H_
