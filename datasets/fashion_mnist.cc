// Fashion-MNIST: articles of clothing in the format of MNIST.
//   Xiao, Rasul, Vollgraf, "Fashion-MNIST: a Novel Image Dataset for
//   Benchmarking Machine Learning Algorithms", 2017, arXiv:1708.07747.
#include <memory>

#include "base/status.h"
#include "datasets/dataset.h"
#include "datasets/images/image_options.h"
#include "datasets/images/pixel_statistics.h"
#include "datasets/images/standard_images.h"

namespace bigstep {
namespace {

struct FashionMnistOptions : ImageOptions {
  FashionMnistOptions()
      : ImageOptions(FashionMnistPixels().mean, FashionMnistPixels().stddev) {}

  double validation_fraction = 0.1;

  static void Describe(Schema<FashionMnistOptions>& s) {
    s.Summary("Articles of clothing in gray, without a spurious feature.")
        .Details(
            "Inputs [1, 28, 28], by default of mean 0 and standard deviation 1 "
            "over the training images. The 60000 official training images are "
            "train and validation, the 10000 official test images are test. "
            "One bias label, 0. The files are named as those of MNIST; they "
            "lie in fashion_mnist/ of the data root.")
        .Paper("arXiv:1708.07747")
        .Version(2);
    DescribeValidationFraction(s);
    DescribeImageOptions(s);
  }
};

struct FashionMnist {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const FashionMnistOptions& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(std::unique_ptr<Dataset> dataset,
                     MakeStandardMnist(args.data_root, "fashion_mnist",
                                       options.validation_fraction));
    dataset->class_names = {"T-shirt/top", "Trouser",   "Pullover", "Dress",
                            "Coat",        "Sandal",    "Shirt",    "Sneaker",
                            "Bag",         "Ankle boot"};
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "fashion_mnist", FashionMnist, FashionMnistOptions);

}  // namespace
}  // namespace bigstep
