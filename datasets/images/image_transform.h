// Where in an image an input comes from: the centre for testing, a random box
// for training.
#ifndef BIGSTEP_DATASETS_IMAGES_IMAGE_TRANSFORM_H_
#define BIGSTEP_DATASETS_IMAGES_IMAGE_TRANSFORM_H_

#include <cstdint>
#include <optional>
#include <string>

#include "datasets/images/resample.h"

namespace bigstep {

// A box of random area and shape, as torchvision's RandomResizedCrop picks it,
// mirrored half of the time.
struct RandomCrop {
  double min_scale = 0.08;  // Share of the image's area.
  double max_scale = 1;
  double min_ratio = 3.0 / 4;  // Width / height.
  double max_ratio = 4.0 / 3;
};

// How images of any size become inputs of size x size pixels.
struct ImageTransform {
  enum class Sides { kBoth, kShorter };

  int64_t size = 224;
  // Whether images are first turned as their EXIF data say.
  bool exif_orientation = false;
  // Only the square of this side in the middle of the image is used, or what
  // there is of it. 0: the whole image.
  int64_t center = 0;
  // These sides of that become `resized` >= size pixels long (the longer one
  // in proportion); the middle size x size pixels are kept.
  Sides sides = Sides::kBoth;
  int64_t resized = 224;
  // For training, in place of `center`, `sides` and `resized`. None: training
  // inputs are made as test inputs are.
  std::optional<RandomCrop> random_crop;

  // All members in one line, different whenever inputs may differ.
  std::string ToString() const;
};

// Uniform random numbers that FrameRandomly uses.
inline constexpr int kFramingDraws = 23;

// The test framing of an image of height x width pixels. Sizes and halves round
// as torchvision's Resize and CenterCrop round them.
Framing FrameCenter(const ImageTransform& transform, int64_t height,
                    int64_t width);

// Ten tries at a box of random area and ratio, then the largest box in the
// middle whose ratio is allowed; resized to size x size. `draws`: kFramingDraws
// numbers in [0, 1); 0 mirrors below 1/2, 1 and 2 place the box (top, left),
// 3 + 2 i and 4 + 2 i choose area and ratio of try i.
Framing FrameRandomly(const RandomCrop& crop, int64_t size, int64_t height,
                      int64_t width, const double* draws);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_IMAGE_TRANSFORM_H_
