// MNIST digits painted in ten colours, one for each class; a small share of the
// training digits wears the colour of another class.
//   Nam et al., "Learning from Failure", NeurIPS 2020, arXiv:2007.02561; the
//   mean colours are those of its published data.
#include <ATen/ATen.h>

#include <array>
#include <memory>

#include "base/seed.h"
#include "base/status.h"
#include "datasets/common/bias_assignment.h"
#include "datasets/common/idx_reader.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

constexpr int64_t kClasses = 10;

// Mean colour (red, green, blue) in [0, 1] of each bias label.
constexpr std::array<std::array<double, 3>, kClasses> kColors = {{
    {0.983682, 0.312519, 0.168575},
    {0.990530, 0.915605, 0.351512},
    {0.672964, 0.461070, 0.579808},
    {0.783252, 0.831556, 0.601329},
    {0.088016, 0.777963, 0.981808},
    {0.321393, 0.961055, 0.446450},
    {0.024616, 0.235650, 0.758666},
    {0.555247, 0.101580, 0.761763},
    {0.207723, 0.392949, 0.018702},
    {0.833658, 0.202409, 0.266943},
}};

// Standard deviation of the colour noise at severity 1 to 5.
constexpr std::array<double, 5> kNoise = {0.05, 0.02, 0.01, 0.005, 0.002};

struct ColoredMnistOptions {
  double bias_conflicting_fraction = 0.01;
  int64_t severity = 4;

  static void Describe(Schema<ColoredMnistOptions>& s) {
    s.Summary("MNIST digits whose colour predicts the class most of the time.")
        .Details(
            "Inputs [3, 28, 28] in [0, 1]: the gray digit times a colour, cut "
            "to bytes as published. Label: the digit; bias label: the class "
            "the colour belongs to. Training: the 60000 official images, of "
            "which the deterministic rule of the paper makes exactly 3000, "
            "1199, 598 or 300 bias-conflicting at fractions 0.05, 0.02, 0.01 "
            "and 0.005. The 10000 official test images get every colour "
            "equally often; within each pair of digit and colour they go to "
            "validation and test in turn, 5000 each.")
        .Paper("arXiv:2007.02561");
    s.Field("bias_conflicting_fraction",
            &ColoredMnistOptions::bias_conflicting_fraction)
        .AtLeast(0)
        .AtMost(1)
        .Doc("share of training images in another class's colour");
    s.Field("severity", &ColoredMnistOptions::severity)
        .AtLeast(1)
        .AtMost(5)
        .Doc("colour noise: standard deviation 0.05, 0.02, 0.01, 0.005, 0.002");
  }
};

// Paints `gray` [N, 28, 28] uint8: [N, 3, 28, 28] uint8.
at::Tensor Paint(const at::Tensor& gray, const at::Tensor& bias_labels,
                 double noise, uint64_t seed) {
  const int64_t n = gray.size(0);
  at::Generator generator = MakeGenerator(seed);
  at::Tensor means = at::empty({kClasses, 3}, at::kDouble);
  for (int64_t k = 0; k < kClasses; ++k) {
    for (int64_t c = 0; c < 3; ++c) means[k][c] = kColors[k][c];
  }
  // float32 from here: exact enough for bytes, and half the work.
  const at::Tensor colors = (means.index_select(0, bias_labels) +
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

// Positions [M] int64 of the examples that go to validation (half 0) or test
// (half 1): in turn within each pair of label and bias label.
at::Tensor HalfOf(const at::Tensor& labels, const at::Tensor& bias_labels,
                  int64_t half) {
  const at::Tensor group = labels * kClasses + bias_labels;
  // Sorted by group, file order within: then every second one.
  const at::Tensor order = std::get<1>(group.sort(/*stable=*/true, 0, false));
  return std::get<0>(order.slice(0, half, order.size(0), 2).sort());
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
    dataset->task = {{3, 28, 28}, kClasses, kClasses};
    const at::Tensor train_bias = AssignBiasLabels(
        train.labels, kClasses, options.bias_conflicting_fraction);
    dataset->train = {Paint(train.images, train_bias, noise,
                            Seed(args.seed, "dataset/train")),
                      train.labels, train_bias};

    const at::Tensor bias =
        AssignBiasLabels(held_out.labels, kClasses, 1.0 - 1.0 / kClasses);
    const at::Tensor images =
        Paint(held_out.images, bias, noise, Seed(args.seed, "dataset/test"));
    Split* const halves[] = {&dataset->validation, &dataset->test};
    for (int64_t half = 0; half < 2; ++half) {
      const at::Tensor indices = HalfOf(held_out.labels, bias, half);
      *halves[half] = {images.index_select(0, indices),
                       held_out.labels.index_select(0, indices),
                       bias.index_select(0, indices)};
    }
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "colored_mnist", ColoredMnist, ColoredMnistOptions);

}  // namespace
}  // namespace bigstep
