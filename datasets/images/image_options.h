// Options that every image dataset has: normalization, a part of the training
// images, and (where mirroring keeps the label) augmentation.
#ifndef BIGSTEP_DATASETS_IMAGES_IMAGE_OPTIONS_H_
#define BIGSTEP_DATASETS_IMAGES_IMAGE_OPTIONS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/schema.h"
#include "datasets/dataset.h"

namespace bigstep {

struct ImageOptions {
  // The defaults leave pixels in [0, 1].
  ImageOptions() = default;
  ImageOptions(std::vector<double> mean, std::vector<double> stddev)
      : mean(std::move(mean)), stddev(std::move(stddev)) {}

  std::vector<double> mean = {0};
  std::vector<double> stddev = {1};
  double subset = 1;
};

struct AugmentedImageOptions : ImageOptions {
  using ImageOptions::ImageOptions;
  std::string augmentation = "none";
};

// Describes the fields of ImageOptions in the schema of a struct derived from
// it.
template <class Options>
void DescribeImageOptions(Schema<Options>& s) {
  s.Field("mean", &ImageOptions::mean)
      .Doc(
          "subtracted from the channels of pixels in [0, 1]; one number for "
          "each channel, or one for all");
  s.Field("std", &ImageOptions::stddev)
      .Above(0)
      .Doc("divides the channels after that; one number for each, or for all");
  s.Field("subset", &ImageOptions::subset)
      .Above(0)
      .Doc(
          "training images to keep: a share if at most 1, else a number; "
          "drawn by the seed, in the proportions of the groups, rounded at "
          "random");
}

// The same for AugmentedImageOptions.
template <class Options>
void DescribeAugmentedImageOptions(Schema<Options>& s) {
  DescribeImageOptions(s);
  s.Field("augmentation", &AugmentedImageOptions::augmentation)
      .OneOf({"none", "crop_flip"})
      .Doc(
          "of training images: none, or a random crop after padding with 4 "
          "black pixels on each side, mirrored half of the time");
}

// Normalization of every split of `dataset`, whose shape is [C, H, W].
// InvalidArgument if the numbers of means or deviations fit neither 1 nor C.
absl::Status Normalize(const ImageOptions& options, Dataset& dataset);

// Keeps the chosen part of the training images, which must be resident, and
// normalizes all splits. Random stream of the trial's `seed`:
// "dataset/subset".
absl::Status FinishImages(const ImageOptions& options, int64_t seed,
                          Dataset& dataset);

// The same, and sets the augmentation of the training images.
absl::Status FinishImages(const AugmentedImageOptions& options, int64_t seed,
                          Dataset& dataset);

// Random crop of the images' own size after padding with `padding` zeros on
// each side, then mirrored with probability 1/2: the usual augmentation of
// CIFAR. Uses draws 0 (row), 1 (column) and 2 (mirror) of each example.
Augmentation CropFlip(int64_t padding);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_IMAGE_OPTIONS_H_
