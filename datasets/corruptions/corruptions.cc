#include "datasets/corruptions/corruptions.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstring>
#include <memory>
#include <utility>

#include "datasets/corruptions/blur.h"
#include "datasets/corruptions/color.h"
#include "datasets/corruptions/compression.h"
#include "datasets/corruptions/elastic.h"
#include "datasets/corruptions/motion_blur.h"
#include "datasets/corruptions/noise.h"
#include "datasets/corruptions/spatter.h"
#include "datasets/corruptions/weather.h"

namespace bigstep {
namespace {

using Fixed = Image32 (*)(const Image32& image, int level);
using Random = Image32 (*)(const Image32& image, int level,
                           RandomStream& random);

Corruption At(int level, const char* name, Fixed corrupt) {
  return {name, [corrupt, level](const Image32& image, RandomStream&) {
            return corrupt(image, level);
          }};
}

Corruption At(int level, const char* name, Random corrupt) {
  return {name, [corrupt, level](const Image32& image, RandomStream& random) {
            return corrupt(image, level, random);
          }};
}

}  // namespace

std::vector<Corruption> MakeType0Corruptions(
    int level, std::vector<at::Tensor> frost_textures) {
  for (at::Tensor& texture : frost_textures) texture = texture.contiguous();
  const auto frost = [level, textures = std::move(frost_textures)](
                         const Image32& image, RandomStream& random) {
    return AddFrost(image, level, textures, random);
  };
  return {
      At(level, "snow", AddSnow),
      {"frost", frost},
      At(level, "fog", AddFog),
      At(level, "brightness", Brighten),
      At(level, "contrast", ReduceContrast),
      At(level, "spatter", AddSpatter),
      At(level, "elastic", DistortElastically),
      At(level, "jpeg", CompressAsJpeg),
      At(level, "pixelate", Pixelate),
      At(level, "saturate", Saturate),
  };
}

std::vector<Corruption> MakeType1Corruptions(int level) {
  // Shared: std::function copies its target.
  const auto shot = std::make_shared<const ShotNoise>(level);
  const auto add_shot = [shot](const Image32& image, RandomStream& random) {
    return shot->Add(image, random);
  };
  const auto keep = [](const Image32& image, RandomStream&) { return image; };
  return {
      At(level, "gaussian_noise", AddGaussianNoise),
      {"shot_noise", add_shot},
      At(level, "impulse_noise", AddImpulseNoise),
      At(level, "speckle_noise", AddSpeckleNoise),
      At(level, "gaussian_blur", BlurGaussian),
      At(level, "defocus_blur", BlurDefocused),
      At(level, "glass_blur", BlurBehindGlass),
      At(level, "motion_blur", BlurByMotion),
      At(level, "zoom_blur", BlurByZoom),
      {"original", keep},
  };
}

at::Tensor Corrupt(const at::Tensor& images, const at::Tensor& which,
                   const std::vector<Corruption>& corruptions, uint64_t seed) {
  const at::Tensor source = images.contiguous();
  const at::Tensor labels = which.contiguous();
  at::Tensor result = at::empty_like(source);
  const uint8_t* from = source.data_ptr<uint8_t>();
  const int64_t* label = labels.data_ptr<int64_t>();
  uint8_t* to = result.data_ptr<uint8_t>();
  const auto corrupt = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      Image32 image;
      std::memcpy(&image, from + i * sizeof(image), sizeof(image));
      RandomStream random(seed, i);
      const Image32 corrupted = corruptions[label[i]].apply(image, random);
      std::memcpy(to + i * sizeof(corrupted), &corrupted, sizeof(corrupted));
    }
  };
  // An image takes up to a millisecond: a few are worth a thread.
  at::parallel_for(0, source.size(0), /*grain_size=*/100, corrupt);
  return result;
}

}  // namespace bigstep
