// MNIST with a small pattern in a few training images of one digit.
//   Yang, Chou and Chaudhuri, "Understanding Rare Spurious Correlations in
//   Neural Networks", 2022, arXiv:2202.05189.
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/bias/rare_pattern.h"
#include "datasets/dataset.h"
#include "datasets/images/image_options.h"
#include "datasets/images/standard_images.h"

namespace bigstep {
namespace {

struct RareMnistOptions : ImageOptions, RarePatternOptions {
  double validation_fraction = 0.1;

  static void Describe(Schema<RareMnistOptions>& s) {
    s.Summary("Handwritten digits, a few of which show a spurious pattern.")
        .Details(absl::StrCat(
            "Inputs [1, 28, 28] in [0, 1], as in the paper. The 60000 official "
            "training images are train and validation, the 10000 official "
            "test images are test. One bias label, 0: which images show the "
            "pattern is not labelled. ",
            kRarePatternDetails))
        .Paper("arXiv:2202.05189")
        .Version(2);
    DescribeRarePattern(s);
    DescribeValidationFraction(s);
    DescribeImageOptions(s);
  }
};

struct RareMnist {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const RareMnistOptions& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(std::unique_ptr<Dataset> dataset,
                     MakeStandardMnist(args.data_root, "mnist",
                                       options.validation_fraction));
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    RETURN_IF_ERROR(AddRarePattern(options, args.seed, *dataset));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "rare_mnist", RareMnist, RareMnistOptions);

}  // namespace
}  // namespace bigstep
