// Boolean vectors in which the label is the parity of a few core bits and a
// spurious block of bits agrees with it most of the time.
//   Qiu, Kuang, Goel, "Complexity Matters: Feature Learning in the Presence of
//   Spurious Correlations", ICML 2024, arXiv:2403.03375, section 3.
#include <ATen/ATen.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/seed.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

// Far beyond any use; more is a slip that would fill the memory.
constexpr double kMaxBits = 10000;
constexpr double kMaxExamples = 1e8;

struct ParityOptions {
  int64_t core_bits = 10;
  int64_t spurious_bits = 10;
  int64_t core_degree = 3;
  int64_t spurious_degree = 1;
  double bias_conflicting_fraction = 0.1;
  int64_t num_train = 10000;
  int64_t num_validation = 10000;
  int64_t num_test = 10000;

  static void Describe(Schema<ParityOptions>& s) {
    s.Summary("Core and spurious bits whose parities agree most of the time.")
        .Details(
            "Inputs [core_bits + spurious_bits] are -1 or +1, the core block "
            "first. The label is the parity (product) of the first core_degree "
            "core bits, the bias label that of the first spurious_degree "
            "spurious bits; -1 becomes class 0, +1 class 1. Training pairs "
            "disagree with probability bias_conflicting_fraction; in "
            "validation and test the two are independent. All splits are fresh "
            "draws, the same for the same seed. The degrees and sizes are "
            "guesses: the paper under test does not state its own.")
        .Paper("arXiv:2403.03375");
    s.Field("core_bits", &ParityOptions::core_bits)
        .AtLeast(1)
        .AtMost(kMaxBits)
        .Doc("length of the core block (n_c)");
    s.Field("spurious_bits", &ParityOptions::spurious_bits)
        .AtLeast(1)
        .AtMost(kMaxBits)
        .Doc("length of the spurious block (n_s)");
    s.Field("core_degree", &ParityOptions::core_degree)
        .AtLeast(1)
        .Doc("core bits in the parity: the difficulty of the core feature");
    s.Field("spurious_degree", &ParityOptions::spurious_degree)
        .AtLeast(1)
        .Doc("spurious bits in the parity");
    s.Field("bias_conflicting_fraction",
            &ParityOptions::bias_conflicting_fraction)
        .AtLeast(0)
        .AtMost(1)
        .Doc("probability that a training pair disagrees (1 - lambda)");
    s.Field("num_train", &ParityOptions::num_train)
        .AtLeast(1)
        .AtMost(kMaxExamples)
        .Doc("training examples");
    s.Field("num_validation", &ParityOptions::num_validation)
        .AtLeast(1)
        .AtMost(kMaxExamples)
        .Doc("unbiased validation examples");
    s.Field("num_test", &ParityOptions::num_test)
        .AtLeast(1)
        .AtMost(kMaxExamples)
        .Doc("unbiased test examples");
    s.Check([](const ParityOptions& o) -> std::string {
      if (o.core_degree > o.core_bits) {
        return absl::StrCat("core_degree ", o.core_degree,
                            " exceeds core_bits ", o.core_bits);
      }
      if (o.spurious_degree > o.spurious_bits) {
        return absl::StrCat("spurious_degree ", o.spurious_degree,
                            " exceeds spurious_bits ", o.spurious_bits);
      }
      return "";
    });
  }
};

// [n, bits] float32, each value -1 or +1 with probability 1/2.
at::Tensor RandomBits(int64_t n, int64_t bits, at::Generator& generator) {
  return at::randint(0, 2, {n, bits}, generator, at::kFloat).mul_(2).sub_(1);
}

// The product of the first `degree` columns of x [n, bits]: [n], -1 or +1.
at::Tensor ParityOf(const at::Tensor& x, int64_t degree) {
  return x.slice(1, 0, degree).prod(1);
}

at::Tensor ToClass(const at::Tensor& sign) { return sign.gt(0).to(at::kLong); }

Split DrawSplit(const ParityOptions& options, int64_t n,
                double conflicting_fraction, uint64_t seed) {
  at::Generator generator = MakeGenerator(seed);
  const at::Tensor core = RandomBits(n, options.core_bits, generator);
  const at::Tensor spurious = RandomBits(n, options.spurious_bits, generator);
  const at::Tensor conflicting =
      at::rand({n}, generator, at::kDouble).lt(conflicting_fraction);

  const at::Tensor label = ParityOf(core, options.core_degree);
  const at::Tensor bias = at::where(conflicting, -label, label);
  // Of the vectors with the wrong parity, flipping one bit of the support
  // gives each vector with the right parity exactly once: the block is uniform
  // given its parity, without drawing again.
  spurious.select(1, 0).mul_(ParityOf(spurious, options.spurious_degree) *
                             bias);
  return {at::cat({core, spurious}, 1), ToClass(label), ToClass(bias)};
}

struct Parity {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const ParityOptions& options, const DatasetArgs& args) {
    auto dataset = std::make_unique<Dataset>();
    dataset->task = {{options.core_bits + options.spurious_bits},
                     /*num_classes=*/2,
                     /*num_biases=*/2};
    dataset->train =
        DrawSplit(options, options.num_train, options.bias_conflicting_fraction,
                  Seed(args.seed, "dataset/train"));
    dataset->validation = DrawSplit(options, options.num_validation, 0.5,
                                    Seed(args.seed, "dataset/validation"));
    dataset->test = DrawSplit(options, options.num_test, 0.5,
                              Seed(args.seed, "dataset/test"));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "parity", Parity, ParityOptions);

}  // namespace
}  // namespace bigstep
