// A toy to start from. Say here what the plugin is, in a sentence or two a
// newcomer understands, with the paper and the number of its equation.
#include <ATen/ATen.h>

#include <memory>

#include "base/generator.h"
#include "base/seed.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

struct ToyOptions {
  double bias_conflicting_fraction = 0.1;
  int64_t num_train = 1000;

  static void Describe(Schema<ToyOptions>& s) {
    s.Summary("A toy to start from: two noisy numbers.")
        .Details(
            "Inputs [2]: the first number shows the label, the second, three "
            "times as large, the bias label; both with standard normal noise.")
        .Paper("none");
    s.Field("bias_conflicting_fraction", &ToyOptions::bias_conflicting_fraction)
        .AtLeast(0)
        .AtMost(1)
        .Doc("share of training examples whose bias label is not the label");
    s.Field("num_train", &ToyOptions::num_train)
        .AtLeast(1)
        .Doc("training examples");
  }
};

// Two numbers with noise: the first shows the label, the second, larger one
// the bias label.
Split Draw(int64_t n, double conflicting_fraction, uint64_t seed) {
  at::Generator generator = MakeGenerator(seed);
  const at::Tensor label = at::randint(0, 2, {n}, generator, at::kLong);
  const at::Tensor conflicting =
      at::rand({n}, generator, at::kDouble).lt(conflicting_fraction);
  const at::Tensor bias = at::where(conflicting, 1 - label, label);
  const at::Tensor signal =
      at::stack({label * 2 - 1, (bias * 2 - 1) * 3}, 1).to(at::kFloat);
  return {signal + at::randn({n, 2}, generator), label, bias};
}

struct Toy {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const ToyOptions& options, const DatasetArgs& args) {
    auto dataset = std::make_unique<Dataset>();
    dataset->task = {/*input_shape=*/{2}, /*num_classes=*/2, /*num_biases=*/2};
    dataset->train = Draw(options.num_train, options.bias_conflicting_fraction,
                          Seed(args.seed, "dataset/train"));
    dataset->validation =
        Draw(1000, 0.5, Seed(args.seed, "dataset/validation"));
    dataset->test = Draw(1000, 0.5, Seed(args.seed, "dataset/test"));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "toy", Toy, ToyOptions);

}  // namespace
}  // namespace bigstep
