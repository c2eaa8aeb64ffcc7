// Boolean vectors in which the label is a function of a few core bits, their
// parity or a staircase, and a spurious block of bits agrees with it most of
// the time.
//   Qiu, Kuang, Goel, "Complexity Matters: Feature Learning in the Presence of
//   Spurious Correlations", ICML 2024, arXiv:2403.03375, section 3.
#include <ATen/ATen.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/generator.h"
#include "base/seed.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

// Far beyond any use; more is a slip that would fill the memory.
constexpr double kMaxBits = 10000;
constexpr double kMaxPatterns = 1e8;

// The balance |2 P(f = +1) - 1| from which on Qiu et al. refuse a spurious
// function f.
constexpr double kMaxImbalance = 0.4;

struct ParityOptions;

// An error about the balance of the spurious function, or "".
std::string ProblemOfBalance(const ParityOptions& options);

struct ParityOptions {
  std::string core_function = "parity";
  std::string spurious_function = "parity";
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
            "first. The label is core_function of the first core_degree core "
            "bits, the bias label spurious_function of the first "
            "spurious_degree spurious bits; -1 becomes class 0, +1 class 1. "
            "The parity of bits is their product. Their staircase is the sign "
            "of x1 + x1 x2 + x1 x2 x3 + ..., +1 if that is 0; of two bits it "
            "is +1 too often to be a spurious function. Training pairs "
            "disagree with probability bias_conflicting_fraction; in "
            "validation and test the two are independent. All splits are fresh "
            "draws, the same for the same seed. The degrees and sizes of the "
            "paper under test are unknown: these are guesses.")
        .Paper("arXiv:2403.03375");
    s.Field("core_function", &ParityOptions::core_function)
        .OneOf({"parity", "staircase"})
        .Doc("function of the core bits that is the label (f_c)");
    s.Field("spurious_function", &ParityOptions::spurious_function)
        .OneOf({"parity", "staircase"})
        .Doc("function of the spurious bits that is the bias label (f_s)");
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
        .Doc("core bits that matter: the difficulty of the core feature");
    s.Field("spurious_degree", &ParityOptions::spurious_degree)
        .AtLeast(1)
        .Doc("spurious bits that matter");
    s.Field("bias_conflicting_fraction",
            &ParityOptions::bias_conflicting_fraction)
        .AtLeast(0)
        .AtMost(1)
        .Doc("probability that a training pair disagrees (1 - lambda)");
    s.Field("num_train", &ParityOptions::num_train)
        .AtLeast(1)
        .AtMost(kMaxPatterns)
        .Doc("training examples");
    s.Field("num_validation", &ParityOptions::num_validation)
        .AtLeast(1)
        .AtMost(kMaxPatterns)
        .Doc("unbiased validation examples");
    s.Field("num_test", &ParityOptions::num_test)
        .AtLeast(1)
        .AtMost(kMaxPatterns)
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
      return ProblemOfBalance(o);
    });
  }
};

// |2 P - 1| where P is the probability that the staircase of `degree` uniform
// bits is +1. The parities of the first 1, 2, ... bits are themselves uniform
// and independent, so the staircase is a majority: fair but for ties, which an
// even degree d has with probability C(d, d/2) / 2^d and which count as +1.
double StaircaseImbalance(int64_t degree) {
  if (degree % 2 == 1) return 0;
  double ties = 1;
  for (int64_t i = 1; i <= degree / 2; ++i) {
    ties *= static_cast<double>(2 * i - 1) / static_cast<double>(2 * i);
  }
  return ties;
}

std::string ProblemOfBalance(const ParityOptions& options) {
  if (options.spurious_function == "parity") return "";
  const double imbalance = StaircaseImbalance(options.spurious_degree);
  if (imbalance < kMaxImbalance) return "";
  return absl::StrCat("a staircase of spurious_degree ",
                      options.spurious_degree, " is +1 with probability ",
                      (1 + imbalance) / 2, ": |2 p - 1| = ", imbalance,
                      " must be below ", kMaxImbalance,
                      "; choose another degree");
}

// [n, bits] float32, each value -1 or +1 with probability 1/2.
at::Tensor RandomBits(int64_t n, int64_t bits, at::Generator& generator) {
  return at::randint(0, 2, {n, bits}, generator, at::kFloat).mul_(2).sub_(1);
}

// The product of the first `degree` columns of x [n, bits]: [n], -1 or +1.
at::Tensor ParityOf(const at::Tensor& x, int64_t degree) {
  return x.slice(1, 0, degree).prod(1);
}

// The sign of the sum of the parities of the first 1, 2, ..., `degree` columns
// of x [n, bits]: [n], -1 or +1, which stands for a sum of 0 as well.
at::Tensor StaircaseOf(const at::Tensor& x, int64_t degree) {
  const at::Tensor sum = x.slice(1, 0, degree).cumprod(1).sum(1);
  return sum.ge(0).to(at::kFloat).mul_(2).sub_(1);
}

at::Tensor FunctionOf(const at::Tensor& x, const std::string& function,
                      int64_t degree) {
  return function == "parity" ? ParityOf(x, degree) : StaircaseOf(x, degree);
}

// Changes uniform rows x [n, bits] where their parity is not `wanted` [n]. Of
// the rows with the wrong parity, flipping one bit of the support gives each
// row with the right one exactly once: rows become uniform given their parity,
// without drawing again.
void ConditionParity(at::Tensor x, int64_t degree, const at::Tensor& wanted) {
  x.select(1, 0).mul_(ParityOf(x, degree) * wanted);
}

// The same for the staircase: draws the support of wrong rows again until it is
// right. At least P = (1 - kMaxImbalance) / 2 of the draws are, so that about
// log(n) / P rounds do.
void ConditionStaircase(at::Tensor x, int64_t degree, const at::Tensor& wanted,
                        at::Generator& generator) {
  const at::Tensor support = x.slice(1, 0, degree);
  for (;;) {
    const at::Tensor wrong =
        StaircaseOf(x, degree).ne(wanted).nonzero().squeeze(1);
    if (wrong.size(0) == 0) return;
    support.index_copy_(0, wrong, RandomBits(wrong.size(0), degree, generator));
  }
}

at::Tensor ToClass(const at::Tensor& sign) { return sign.gt(0).to(at::kLong); }

Split DrawSplit(const ParityOptions& options, int64_t n,
                double conflicting_fraction, uint64_t seed) {
  at::Generator generator = MakeGenerator(seed);
  const at::Tensor core = RandomBits(n, options.core_bits, generator);
  const at::Tensor spurious = RandomBits(n, options.spurious_bits, generator);
  const at::Tensor conflicting =
      at::rand({n}, generator, at::kDouble).lt(conflicting_fraction);

  const at::Tensor label =
      FunctionOf(core, options.core_function, options.core_degree);
  const at::Tensor bias = at::where(conflicting, -label, label);
  if (options.spurious_function == "parity") {
    ConditionParity(spurious, options.spurious_degree, bias);
  } else {
    ConditionStaircase(spurious, options.spurious_degree, bias, generator);
  }
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
    dataset->spurious_mask =
        at::arange(dataset->task.input_shape[0]).ge(options.core_bits);
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "parity", Parity, ParityOptions);

}  // namespace
}  // namespace bigstep
