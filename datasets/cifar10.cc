// CIFAR-10: small colour photographs of ten kinds of things.
//   Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
#include <memory>

#include "base/status.h"
#include "datasets/dataset.h"
#include "datasets/formats/cifar_reader.h"
#include "datasets/images/image_options.h"
#include "datasets/images/pixel_statistics.h"
#include "datasets/images/standard_images.h"

namespace bigstep {
namespace {

struct Cifar10Options : AugmentedImageOptions {
  Cifar10Options()
      : AugmentedImageOptions(Cifar10Pixels().mean, Cifar10Pixels().stddev) {}

  double validation_fraction = 0.1;

  static void Describe(Schema<Cifar10Options>& s) {
    s.Summary("Small photographs of ten classes, without a spurious feature.")
        .Details(
            "Inputs [3, 32, 32], by default of mean 0 and standard deviation 1 "
            "over the training images. The 50000 official training images are "
            "train and validation, the 10000 official test images are test. "
            "One bias label, 0.")
        .Paper("https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf")
        .Version(2);
    DescribeValidationFraction(s);
    DescribeAugmentedImageOptions(s);
  }
};

struct Cifar10 {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const Cifar10Options& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(const CifarImages train,
                     ReadCifar10(args.data_root, CifarSplit::kTrain));
    ASSIGN_OR_RETURN(const CifarImages test,
                     ReadCifar10(args.data_root, CifarSplit::kTest));
    ASSIGN_OR_RETURN(std::unique_ptr<Dataset> dataset,
                     MakeStandardCifar(train, test, /*num_classes=*/10,
                                       options.validation_fraction));
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "cifar10", Cifar10, Cifar10Options);

}  // namespace
}  // namespace bigstep
