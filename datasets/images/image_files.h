// Datasets made of image files: the options they share and the way from lists
// of files to splits.
#ifndef BIGSTEP_DATASETS_IMAGES_IMAGE_FILES_H_
#define BIGSTEP_DATASETS_IMAGES_IMAGE_FILES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/schema.h"
#include "datasets/dataset.h"
#include "datasets/formats/csv_reader.h"
#include "datasets/images/image_options.h"
#include "datasets/images/image_transform.h"

namespace bigstep {

struct ImageFileOptions : ImageOptions {
  // ImageNet's mean and standard deviation.
  ImageFileOptions()
      : ImageOptions({0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}) {}

  int64_t size = 224;
  std::string augmentation = "none";
  std::vector<double> crop_scale = {0.08, 1};
  std::vector<double> crop_ratio = {3.0 / 4, 4.0 / 3};
  bool cache = false;
  std::string corrupt_images = "error";
  // The published sets were always read as their files store them.
  bool exif_orientation = false;
};

// An error about the options as a whole, or "".
std::string CheckImageFileOptions(const ImageFileOptions& options);

// Describes the fields of ImageFileOptions, and their check, in the schema of a
// struct derived from it.
template <class Options>
void DescribeImageFileOptions(Schema<Options>& s) {
  s.Field("size", &ImageFileOptions::size)
      .AtLeast(1)
      .AtMost(4096)
      .Doc("height and width of the inputs, in pixels");
  s.Field("augmentation", &ImageFileOptions::augmentation)
      .OneOf({"none", "crop_flip"})
      .Doc(
          "of training images: none, or a random box of the image, resized "
          "and mirrored half of the time");
  s.Field("crop_scale", &ImageFileOptions::crop_scale)
      .Above(0)
      .AtMost(1)
      .Doc("smallest and largest share of the image's area in a random box");
  s.Field("crop_ratio", &ImageFileOptions::crop_ratio)
      .Above(0)
      .Doc("smallest and largest width / height of a random box");
  s.Field("cache", &ImageFileOptions::cache)
      .Doc(
          "make all inputs once and keep them (3 size^2 bytes each) in the "
          "cache folder, or in memory if there is none; with a subset, "
          "every seed keeps inputs of its own");
  s.Field("corrupt_images", &ImageFileOptions::corrupt_images)
      .OneOf({"error", "skip"})
      .Doc(
          "error: an image that cannot be decoded ends the trial; skip: all "
          "images are decoded at the start, and those are left out");
  s.Field("exif_orientation", &ImageFileOptions::exif_orientation)
      .Doc(
          "turn and mirror photographs as the EXIF data of cameras and phones "
          "say; false: as the files store them");
  DescribeImageOptions(s);
  s.Check(
      [](const Options& options) { return CheckImageFileOptions(options); });
}

// N images of one split.
struct ImageList {
  std::vector<std::string> files;  // Relative to ImageSet::folder, or absolute.
  std::vector<int64_t> labels, bias_labels;

  void Add(std::string file, int64_t label, int64_t bias_label);
  // The items at these positions.
  ImageList Select(const std::vector<int64_t>& positions) const;
};

struct ImageSet {
  // Train, validation or test for 0, 1 or 2, as tables number them.
  ImageList& Part(int64_t part);

  std::string folder;
  std::vector<std::string> class_names;
  std::vector<std::string> bias_names;  // Empty: one bias label, 0.
  bool unbiased = true;                 // As in Dataset.
  ImageList train, validation, test;
  // Whether to look for images that are in two splits.
  bool check_duplicates = false;
  // Whether the note "content" has a checksum of all images, for which each is
  // read.
  bool check_content = true;
  // For the note "warnings".
  std::vector<std::string> warnings = {};
};

// The transform of the options: inputs of their size, random boxes if they ask
// for crop_flip, and the whole image resized to the size; callers change the
// latter as they need.
ImageTransform MakeTransform(const ImageFileOptions& options);

// Makes the dataset: leaves out corrupt images (their numbers become the note
// "corrupt_images") or refuses empty ones, looks for duplicates, draws the
// subset of the training images, streams or caches the inputs, normalizes.
// `transform` decides what of the images is used. The note "content" is the
// FileContents of all images, in the order of the splits. The note "warnings",
// if there are any, is a list of texts. InvalidArgument if a split has no
// images or a test image is in another split too; errors of DecodeImage and
// LoadThroughCache.
absl::StatusOr<std::unique_ptr<Dataset>> MakeImageDataset(
    const ImageFileOptions& options, const ImageTransform& transform,
    ImageSet set, const DatasetArgs& args);

// Refuses a folder below the data root, the value of `option`, that is absolute
// or holds "..". It may be a link to a folder elsewhere.
absl::Status CheckBelowDataRoot(const std::string& option,
                                const std::string& path);

// Checks that every value of `column` names a file below `folder`. The errors
// of InsideChecker, with the line of the table. All missing files are in one
// error: how many there are, and the first. If `outside`, the paths may also be
// absolute or lead out of the folder through links.
absl::Status CheckImagePaths(const CsvColumn& column, const std::string& folder,
                             bool outside = false);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_IMAGE_FILES_H_
