// Numbers that are a linear function of a few coordinates of random vectors.
//   Andriushchenko et al., "SGD with Large Step Sizes Learns Sparse Features",
//   ICML 2023, arXiv:2210.05337, section 3.
#include <ATen/ATen.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/generator.h"
#include "base/seed.h"
#include "datasets/dataset.h"
#include "datasets/portable_product.h"

namespace bigstep {
namespace {

// Far beyond any use; more is a slip that would fill the memory.
constexpr double kMaxSparseInputs = 10000;
constexpr double kMaxSparseVectors = 1e7;

struct SparseRegressionOptions {
  int64_t num_inputs = 200;
  int64_t num_nonzero = 20;
  int64_t num_train = 80;
  int64_t num_validation = 1000;
  int64_t num_test = 1000;

  static void Describe(Schema<SparseRegressionOptions>& s) {
    s.Summary("Regression on vectors in which few coordinates matter.")
        .Details(
            "Inputs [num_inputs] are independent standard normal numbers. The "
            "target is w . x, without noise: w has the magnitudes "
            "of standard normal numbers in its first num_nonzero coordinates, "
            "0 in the others, and length 1. Splits are fresh draws with one w; "
            "all depend on the seed. The task is a regression: it needs the "
            "loss squared_error, and metrics of classes do not apply.")
        .Paper("arXiv:2210.05337");
    s.Field("num_inputs", &SparseRegressionOptions::num_inputs)
        .AtLeast(1)
        .AtMost(kMaxSparseInputs)
        .Doc("coordinates of an input (d)");
    s.Field("num_nonzero", &SparseRegressionOptions::num_nonzero)
        .AtLeast(1)
        .Doc("coordinates that matter (r)");
    s.Field("num_train", &SparseRegressionOptions::num_train)
        .AtLeast(1)
        .AtMost(kMaxSparseVectors)
        .Doc("training examples (n)");
    s.Field("num_validation", &SparseRegressionOptions::num_validation)
        .AtLeast(1)
        .AtMost(kMaxSparseVectors)
        .Doc("validation examples");
    s.Field("num_test", &SparseRegressionOptions::num_test)
        .AtLeast(1)
        .AtMost(kMaxSparseVectors)
        .Doc("test examples");
    s.Check([](const SparseRegressionOptions& o) -> std::string {
      return o.num_nonzero <= o.num_inputs
                 ? ""
                 : absl::StrCat("num_nonzero ", o.num_nonzero,
                                " exceeds num_inputs ", o.num_inputs);
    });
  }
};

at::Tensor Normal(at::IntArrayRef shape, uint64_t seed) {
  at::Generator generator = MakeGenerator(seed);
  return at::randn(shape, generator, at::kDouble);
}

// `weights` [d, 1] float64.
Split DrawSplit(int64_t n, const at::Tensor& weights, uint64_t seed) {
  Split split;
  split.inputs = Normal({n, weights.size(0)}, seed).to(at::kFloat);
  split.labels = split.bias_labels = at::zeros({n}, at::kLong);
  split.regression_targets =
      PortableProduct(split.inputs, weights).to(at::kFloat);
  return split;
}

struct SparseRegression {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const SparseRegressionOptions& options, const DatasetArgs& args) {
    auto dataset = std::make_unique<Dataset>();
    dataset->task = {{options.num_inputs},
                     /*num_classes=*/1,
                     /*num_biases=*/1,
                     /*num_targets=*/1};
    at::Tensor weights = at::zeros({options.num_inputs, 1}, at::kDouble);
    const at::Tensor drawn =
        Normal({options.num_nonzero, 1}, Seed(args.seed, "dataset/weights"))
            .abs();
    weights.slice(0, 0, options.num_nonzero)
        .copy_(drawn / PortableNorms(drawn));
    dataset->train =
        DrawSplit(options.num_train, weights, Seed(args.seed, "dataset/train"));
    dataset->validation = DrawSplit(options.num_validation, weights,
                                    Seed(args.seed, "dataset/validation"));
    dataset->test =
        DrawSplit(options.num_test, weights, Seed(args.seed, "dataset/test"));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "sparse_regression", SparseRegression,
                 SparseRegressionOptions);

}  // namespace
}  // namespace bigstep
