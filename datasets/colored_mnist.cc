// MNIST digits painted in ten colours, one for each class; a small share of the
// training digits wears the colour of another class.
//   Nam et al., "Learning from Failure", NeurIPS 2020, arXiv:2007.02561; the
//   mean colours are those of its published data.
#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/generator.h"
#include "base/status.h"
#include "datasets/bias/bias_colors.h"
#include "datasets/bias/biased_splits.h"
#include "datasets/dataset.h"
#include "datasets/formats/idx_reader.h"
#include "datasets/images/image_options.h"

namespace bigstep {
namespace {

// Standard deviation of the colour noise at severity 1 to 5.
constexpr std::array<double, 5> kNoise = {0.05, 0.02, 0.01, 0.005, 0.002};

struct ColoredMnistOptions : ImageOptions {
  double bias_conflicting_fraction = 0.01;
  int64_t severity = 4;

  static void Describe(Schema<ColoredMnistOptions>& s) {
    s.Summary("MNIST digits whose colour predicts the class most of the time.")
        .Details(
            "Inputs [3, 28, 28] in [0, 1]: the gray digit times a colour, "
            "truncated to bytes as published. Label: the digit; bias label: "
            "the class the colour belongs to. Training: the 60000 official "
            "images, of which the deterministic rule of the paper makes "
            "exactly 3000, 1199, 598 or 300 bias-conflicting at fractions "
            "0.05, 0.02, 0.01 and 0.005. The 10000 official test images get "
            "every colour equally often, dealt in a random order that is the "
            "same for all trials (in the published data, in the order of the "
            "file); within each pair of digit and colour "
            "they go to validation and test in turn, 5000 each.")
        .Paper("arXiv:2007.02561")
        .Version(2);
    s.Field("bias_conflicting_fraction",
            &ColoredMnistOptions::bias_conflicting_fraction)
        .AtLeast(0)
        .AtMost(1)
        .Doc("share of training images in another class's colour");
    s.Field("severity", &ColoredMnistOptions::severity)
        .AtLeast(1)
        .AtMost(5)
        .Doc("colour noise: standard deviation 0.05, 0.02, 0.01, 0.005, 0.002");
    DescribeImageOptions(s);
  }
};

// Paints `gray` [N, 28, 28] uint8: [N, 3, 28, 28] uint8.
at::Tensor Paint(const at::Tensor& gray, const at::Tensor& bias_labels,
                 double noise, uint64_t seed) {
  const int64_t n = gray.size(0);
  at::Generator generator = MakeGenerator(seed);
  // float32 from here: exact enough for bytes, and half the work.
  const at::Tensor colors = (BiasColors().index_select(0, bias_labels) +
                             noise * at::randn({n, 3}, generator, at::kDouble))
                                .clamp(0, 1)
                                .to(at::kFloat)
                                .view({n, 3, 1, 1});
  at::Tensor painted = at::empty({n, 3, 28, 28}, at::kByte);
  // In slices, so that the float32 copy stays small.
  constexpr int64_t kSlice = 1000;
  for (int64_t begin = 0; begin < n; begin += kSlice) {
    const int64_t end = std::min(begin + kSlice, n);
    painted.slice(0, begin, end)
        .copy_(colors.slice(0, begin, end) *
               gray.slice(0, begin, end).unsqueeze(1));  // Cuts to bytes.
  }
  return painted;
}

struct ColoredMnist {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const ColoredMnistOptions& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(const MnistImages train,
                     ReadMnist(args.data_root, "train"));
    ASSIGN_OR_RETURN(const MnistImages held_out,
                     ReadMnist(args.data_root, "t10k"));
    const double noise = kNoise[options.severity - 1];

    auto dataset = std::make_unique<Dataset>();
    dataset->task = {{3, 28, 28}, /*num_classes=*/10, /*num_biases=*/10};
    RETURN_IF_ERROR(SetBiasedSplits(
        {train.images, train.labels, {}},
        {held_out.images, held_out.labels, {}},
        options.bias_conflicting_fraction,
        [noise](const at::Tensor& gray, const at::Tensor& bias_labels,
                uint64_t seed) {
          return Paint(gray, bias_labels, noise, seed);
        },
        args.seed, *dataset));
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "colored_mnist", ColoredMnist, ColoredMnistOptions);

}  // namespace
}  // namespace bigstep
