// CIFAR-10 with a small pattern in a few training images of one class.
//   Yang, Chou and Chaudhuri, "Understanding Rare Spurious Correlations in
//   Neural Networks", 2022, arXiv:2202.05189.
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/bias/rare_pattern.h"
#include "datasets/dataset.h"
#include "datasets/formats/cifar_reader.h"
#include "datasets/images/image_options.h"
#include "datasets/images/pixel_statistics.h"
#include "datasets/images/standard_images.h"

namespace bigstep {
namespace {

struct RareCifar10Options : AugmentedImageOptions, RarePatternOptions {
  RareCifar10Options()
      : AugmentedImageOptions(Cifar10Pixels().mean, Cifar10Pixels().stddev) {}

  double validation_fraction = 0.1;

  static void Describe(Schema<RareCifar10Options>& s) {
    s.Summary("Small photographs, a few of which show a spurious pattern.")
        .Details(absl::StrCat(
            "Inputs [3, 32, 32], by default of mean 0 and standard deviation 1 "
            "over the training images; patterns are added before. The 50000 "
            "official training images are train and validation, the 10000 "
            "official test images are test. One bias label, 0: which images "
            "show the pattern is not labelled. Augmentation moves a corner "
            "along with its image, or out of it. ",
            kRarePatternDetails))
        .Paper("arXiv:2202.05189")
        .Version(2);
    DescribeRarePattern(s);
    DescribeValidationFraction(s);
    DescribeAugmentedImageOptions(s);
  }
};

struct RareCifar10 {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const RareCifar10Options& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(const CifarImages train,
                     ReadCifar10(args.data_root, CifarSplit::kTrain));
    ASSIGN_OR_RETURN(const CifarImages test,
                     ReadCifar10(args.data_root, CifarSplit::kTest));
    ASSIGN_OR_RETURN(std::unique_ptr<Dataset> dataset,
                     MakeStandardCifar(train, test, /*num_classes=*/10,
                                       options.validation_fraction));
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    RETURN_IF_ERROR(AddRarePattern(options, args.seed, *dataset));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "rare_cifar10", RareCifar10, RareCifar10Options);

}  // namespace
}  // namespace bigstep
