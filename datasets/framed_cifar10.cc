// CIFAR-10 photographs in a coloured frame that predicts the class most of the
// time. A place of its own for the spurious feature: which pixels show it is
// known exactly.
//   Photographs: Krizhevsky, "Learning Multiple Layers of Features from Tiny
//   Images", 2009. Which photograph gets which colour: Nam et al., "Learning
//   from Failure", NeurIPS 2020, arXiv:2007.02561.
#include <ATen/ATen.h>

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/bias/bias_colors.h"
#include "datasets/bias/biased_splits.h"
#include "datasets/dataset.h"
#include "datasets/formats/cifar_reader.h"
#include "datasets/images/image_options.h"
#include "datasets/images/pixel_statistics.h"

namespace bigstep {
namespace {

constexpr int64_t kImageSize = 32;

struct FramedCifar10Options : AugmentedImageOptions {
  FramedCifar10Options()
      : AugmentedImageOptions(Cifar10Pixels().mean, Cifar10Pixels().stddev) {}

  double bias_conflicting_fraction = 0.05;
  int64_t frame_width = 3;
  int64_t frame_offset = 0;

  static void Describe(Schema<FramedCifar10Options>& s) {
    s.Summary("CIFAR-10 in a coloured frame that predicts the class.")
        .Details(
            "Inputs [3, 32, 32]: the photograph, painted over by a frame in "
            "the colour of the bias label, one of the ten mean colours of "
            "colored_mnist. Label: the class of the photograph. Training: the "
            "50000 official images, bias-conflicting by the deterministic rule "
            "of the paper (2500, 1000, 500 or 250 at fractions 0.05, 0.02, "
            "0.01 and 0.005). The 10000 official test images get every colour "
            "equally often, dealt in a random order that is the same for all "
            "trials; within each pair of class and colour they go to "
            "validation and test in turn. The spurious mask is the frame. "
            "Augmentation moves the frame along with the image, so that the "
            "mask is exact for images as they are. Width, offset and fraction "
            "are guesses.")
        .Paper("arXiv:2007.02561")
        .Version(2);
    s.Field("bias_conflicting_fraction",
            &FramedCifar10Options::bias_conflicting_fraction)
        .AtLeast(0)
        .AtMost(1)
        .Doc("share of training images in a frame of another class's colour");
    s.Field("frame_width", &FramedCifar10Options::frame_width)
        .AtLeast(1)
        .AtMost(kImageSize / 2 - 1)
        .Doc("of the frame, in pixels");
    s.Field("frame_offset", &FramedCifar10Options::frame_offset)
        .AtLeast(0)
        .AtMost(kImageSize / 2 - 1)
        .Doc("of the frame from the border of the image, in pixels");
    DescribeAugmentedImageOptions(s);
    s.Check([](const FramedCifar10Options& o) -> std::string {
      if (o.frame_offset + o.frame_width < kImageSize / 2) return "";
      return absl::StrCat("frame_offset ", o.frame_offset, " + frame_width ",
                          o.frame_width, " must be below ", kImageSize / 2,
                          " to leave something of the photograph");
    });
  }
};

// [32, 32] bool: pixels `offset` or more, but less than `offset + width`, away
// from the border.
at::Tensor FrameMask(int64_t offset, int64_t width) {
  const at::Tensor index = at::arange(kImageSize, at::kLong);
  const at::Tensor to_border = at::minimum(index, kImageSize - 1 - index);
  const at::Tensor distance =
      at::minimum(to_border.unsqueeze(1), to_border.unsqueeze(0));
  return distance.ge(offset).logical_and(distance.lt(offset + width));
}

// Paints the frame `mask` of each of `images` [N, 3, 32, 32] uint8.
at::Tensor Paint(const at::Tensor& images, const at::Tensor& bias_labels,
                 const at::Tensor& mask) {
  // Cuts to bytes, as colored_mnist does.
  const at::Tensor colors = BiasColors().mul(255).to(at::kByte);
  return at::where(
      mask, colors.index_select(0, bias_labels).view({-1, 3, 1, 1}), images);
}

struct FramedCifar10 {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const FramedCifar10Options& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(const CifarImages train,
                     ReadCifar10(args.data_root, CifarSplit::kTrain));
    ASSIGN_OR_RETURN(const CifarImages held_out,
                     ReadCifar10(args.data_root, CifarSplit::kTest));
    auto dataset = std::make_unique<Dataset>();
    dataset->task = {{3, kImageSize, kImageSize},
                     /*num_classes=*/10,
                     /*num_biases=*/10};
    dataset->seeded = false;
    dataset->class_names = train.class_names;
    RETURN_IF_ERROR(SetBiasedSplits({train.images, train.labels, {}},
                                    {held_out.images, held_out.labels, {}},
                                    options.bias_conflicting_fraction,
                                    *dataset));
    const at::Tensor mask =
        FrameMask(options.frame_offset, options.frame_width);
    for (Split* split :
         {&dataset->train, &dataset->validation, &dataset->test}) {
      split->inputs = Paint(split->inputs, split->bias_labels, mask);
    }
    dataset->spurious_mask =
        mask.expand({3, kImageSize, kImageSize}).contiguous();
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "framed_cifar10", FramedCifar10,
                 FramedCifar10Options);

}  // namespace
}  // namespace bigstep
