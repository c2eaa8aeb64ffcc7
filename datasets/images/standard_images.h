// The standard image sets: no spurious feature is known, and validation images
// are held out of the official training images.
#ifndef BIGSTEP_DATASETS_IMAGES_STANDARD_IMAGES_H_
#define BIGSTEP_DATASETS_IMAGES_STANDARD_IMAGES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/schema.h"
#include "datasets/dataset.h"
#include "datasets/formats/cifar_reader.h"

namespace bigstep {

// Describes Options::validation_fraction, a double.
template <class Options>
void DescribeValidationFraction(Schema<Options>& s) {
  s.Field("validation_fraction", &Options::validation_fraction)
      .Above(0)
      .Below(1)
      .Doc(
          "share of the official training images of each class that is held "
          "out for validation");
}

// The dataset of `train` and `test`, whose inputs are uint8 and whose labels
// are below `num_classes`. The share `validation_fraction`, in (0, 1), of each
// class of `train` becomes the validation split, always the same images
// (HoldOutShare of subset.h). One bias label, 0; not seeded.
// InvalidArgument if no image is held out.
absl::StatusOr<std::unique_ptr<Dataset>> MakeStandardDataset(
    const Split& train, const Split& test, int64_t num_classes,
    double validation_fraction);

// MakeStandardDataset of the files of MNIST, or of a set in its format, in
// `<data_root>/<name>`: ten classes. Adds the errors of ReadMnist.
absl::StatusOr<std::unique_ptr<Dataset>> MakeStandardMnist(
    const std::string& data_root, const std::string& name,
    double validation_fraction);

// MakeStandardDataset of images of CIFAR, with their class names.
absl::StatusOr<std::unique_ptr<Dataset>> MakeStandardCifar(
    const CifarImages& train, const CifarImages& test, int64_t num_classes,
    double validation_fraction);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_STANDARD_IMAGES_H_
