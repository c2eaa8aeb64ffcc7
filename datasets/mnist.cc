// MNIST: handwritten digits, as published.
//   LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to
//   document recognition", Proceedings of the IEEE 1998.
#include <memory>

#include "base/status.h"
#include "datasets/dataset.h"
#include "datasets/images/image_options.h"
#include "datasets/images/pixel_statistics.h"
#include "datasets/images/standard_images.h"

namespace bigstep {
namespace {

struct MnistOptions : ImageOptions {
  MnistOptions() : ImageOptions(MnistPixels().mean, MnistPixels().stddev) {}

  double validation_fraction = 0.1;

  static void Describe(Schema<MnistOptions>& s) {
    s.Summary("Handwritten digits, without a spurious feature.")
        .Details(
            "Inputs [1, 28, 28], by default of mean 0 and standard deviation 1 "
            "over the training images. The 60000 official training images are "
            "train and validation, the 10000 official test images are test. "
            "One bias label, 0.")
        .Paper("doi:10.1109/5.726791")
        .Version(2);
    DescribeValidationFraction(s);
    DescribeImageOptions(s);
  }
};

struct Mnist {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const MnistOptions& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(std::unique_ptr<Dataset> dataset,
                     MakeStandardMnist(args.data_root, "mnist",
                                       options.validation_fraction));
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "mnist", Mnist, MnistOptions);

}  // namespace
}  // namespace bigstep
