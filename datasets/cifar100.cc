// CIFAR-100: small colour photographs of a hundred kinds of things, in twenty
// superclasses.
//   Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
#include <memory>
#include <string>

#include "base/status.h"
#include "datasets/dataset.h"
#include "datasets/formats/cifar_reader.h"
#include "datasets/images/image_options.h"
#include "datasets/images/pixel_statistics.h"
#include "datasets/images/standard_images.h"

namespace bigstep {
namespace {

struct Cifar100Options : AugmentedImageOptions {
  Cifar100Options()
      : AugmentedImageOptions(Cifar100Pixels().mean, Cifar100Pixels().stddev) {}

  std::string labels = "fine";
  double validation_fraction = 0.1;

  static void Describe(Schema<Cifar100Options>& s) {
    s.Summary("Small photographs of 100 classes, without a spurious feature.")
        .Details(
            "Inputs [3, 32, 32], by default of mean 0 and standard deviation 1 "
            "over the training images. The 50000 official training images are "
            "train and validation, the 10000 official test images are test. "
            "One bias label, 0.")
        .Paper("https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf")
        .Version(2);
    s.Field("labels", &Cifar100Options::labels)
        .OneOf({"fine", "coarse"})
        .Doc("100 classes (fine) or their 20 superclasses (coarse)");
    DescribeValidationFraction(s);
    DescribeAugmentedImageOptions(s);
  }
};

struct Cifar100 {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const Cifar100Options& options, const DatasetArgs& args) {
    const bool fine = options.labels == "fine";
    const auto labels = fine ? Cifar100Labels::kFine : Cifar100Labels::kCoarse;
    ASSIGN_OR_RETURN(const CifarImages train,
                     ReadCifar100(args.data_root, CifarSplit::kTrain, labels));
    ASSIGN_OR_RETURN(const CifarImages test,
                     ReadCifar100(args.data_root, CifarSplit::kTest, labels));
    ASSIGN_OR_RETURN(
        std::unique_ptr<Dataset> dataset,
        MakeStandardCifar(train, test, /*num_classes=*/fine ? 100 : 20,
                          options.validation_fraction));
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "cifar100", Cifar100, Cifar100Options);

}  // namespace
}  // namespace bigstep
