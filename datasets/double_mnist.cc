// Two MNIST digits side by side: the bright one on the left is the label, the
// dim one on the right agrees with it most of the time.
//   Double MNIST of "Large Learning Rates Simultaneously Achieve Robustness to
//   Spurious Correlations and Compressibility", arXiv:2507.17748, Figure 1.
//   Which image gets which bias label: Nam et al., "Learning from Failure",
//   NeurIPS 2020, arXiv:2007.02561.
#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "base/seed.h"
#include "base/status.h"
#include "datasets/bias/biased_splits.h"
#include "datasets/bias/partners.h"
#include "datasets/dataset.h"
#include "datasets/formats/idx_reader.h"
#include "datasets/images/image_options.h"
#include "datasets/images/pixel_statistics.h"

namespace bigstep {
namespace {

constexpr int64_t kDigitSize = 28;

struct DoubleMnistOptions : ImageOptions {
  DoubleMnistOptions()
      : ImageOptions(MnistPixels().mean, MnistPixels().stddev) {}

  double bias_conflicting_fraction = 0.05;
  double spurious_intensity = 0.5;

  static void Describe(Schema<DoubleMnistOptions>& s) {
    s.Summary("A bright digit beside a dim one that is mostly the same.")
        .Details(
            "Inputs [1, 28, 56]: on the left the core digit, which is the "
            "label; on the right the spurious digit, which is the bias label, "
            "darkened. Training: the 60000 official images on the left, "
            "bias-conflicting by the rule of Nam et al. (arXiv:2007.02561): "
            "exactly 3000, 1199, 598 or 300 at fractions 0.05, 0.02, 0.01 and "
            "0.005. The 10000 official test images get every spurious digit "
            "equally often, dealt in a random order that is the same for all "
            "trials; within each pair of digits they go to validation "
            "and test in turn. Spurious digits are images of the same split, "
            "drawn with replacement. Normalized after composing. The spurious "
            "mask is the right half. The intensity and the fraction of the "
            "paper, and which images are its dim ones, are unknown: these are "
            "guesses.")
        .Paper("arXiv:2507.17748")
        .Version(2);
    s.Field("bias_conflicting_fraction",
            &DoubleMnistOptions::bias_conflicting_fraction)
        .AtLeast(0)
        .AtMost(1)
        .Doc("share of training images whose digits differ");
    s.Field("spurious_intensity", &DoubleMnistOptions::spurious_intensity)
        .Above(0)
        .AtMost(1)
        .Doc("brightness of the spurious digit, relative to the core digit");
    DescribeImageOptions(s);
  }
};

// Multiplies contiguous bytes by `intensity`, rounded.
void Dim(at::Tensor images, double intensity) {
  std::array<uint8_t, 256> dimmed;
  for (int value = 0; value < 256; ++value) {
    dimmed[value] = static_cast<uint8_t>(std::lround(value * intensity));
  }
  auto* const pixels = images.data_ptr<uint8_t>();
  for (int64_t i = 0; i < images.numel(); ++i) pixels[i] = dimmed[pixels[i]];
}

// Puts a dimmed digit of its bias label to the right of each image of `split`,
// drawn among these images.
absl::Status AddSpuriousDigits(double intensity, uint64_t seed, Split& split) {
  ASSIGN_OR_RETURN(const at::Tensor partners,
                   DrawPartners(split.bias_labels, split.labels, seed));
  const at::Tensor spurious = split.inputs.index_select(0, partners);
  Dim(spurious, intensity);
  split.inputs = at::cat({split.inputs, spurious}, 3);
  return absl::OkStatus();
}

struct DoubleMnist {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const DoubleMnistOptions& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(const MnistImages train,
                     ReadMnist(args.data_root, "train"));
    ASSIGN_OR_RETURN(const MnistImages held_out,
                     ReadMnist(args.data_root, "t10k"));
    auto dataset = std::make_unique<Dataset>();
    dataset->task = {{1, kDigitSize, 2 * kDigitSize},
                     /*num_classes=*/10,
                     /*num_biases=*/10};
    RETURN_IF_ERROR(
        SetBiasedSplits({train.images.unsqueeze(1), train.labels, {}},
                        {held_out.images.unsqueeze(1), held_out.labels, {}},
                        options.bias_conflicting_fraction, *dataset));
    const std::pair<const char*, Split*> splits[] = {
        {"dataset/train", &dataset->train},
        {"dataset/validation", &dataset->validation},
        {"dataset/test", &dataset->test}};
    for (const auto& [stream, split] : splits) {
      RETURN_IF_ERROR(AddSpuriousDigits(options.spurious_intensity,
                                        Seed(args.seed, stream), *split));
    }
    dataset->spurious_mask =
        at::zeros({1, kDigitSize, 2 * kDigitSize}, at::kBool);
    dataset->spurious_mask.slice(2, kDigitSize).fill_(true);
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "double_mnist", DoubleMnist, DoubleMnistOptions);

}  // namespace
}  // namespace bigstep
