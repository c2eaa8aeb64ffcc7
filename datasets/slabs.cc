// Two blocks of coordinates that both give the label: a simple one, linear or
// of few slabs, and a complex one of more slabs. Networks tend to read the
// simple one alone.
//   Shah et al., "The Pitfalls of Simplicity Bias in Neural Networks", NeurIPS
//   2020, arXiv:2006.07710, section 3: LMS-k and MS-(5, 7). Which slab how
//   often as in its published code.
#include <ATen/ATen.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/generator.h"
#include "base/seed.h"
#include "datasets/dataset.h"
#include "datasets/portable_product.h"

namespace bigstep {
namespace {

// Far beyond any use; more is a slip that would fill the memory.
constexpr double kMaxVectors = 1e7, kMaxCoordinates = 1e3;

struct SlabsOptions {
  std::string simple = "linear";
  std::string complex = "slab5";
  int64_t num_simple = 1;
  int64_t num_complex = 49;
  double linear_margin = 0.1;
  double slab_margin = 0.1;
  double p_noise = 0;
  double bias_conflicting_fraction = 0;
  bool random_rotation = true;
  int64_t num_train = 100000;
  int64_t num_validation = 2000;
  int64_t num_test = 2000;

  static void Describe(Schema<SlabsOptions>& s);
  static std::string Mistake(const SlabsOptions& o);
};

// Slabs along a coordinate in [-1, 1], as wide as each other, numbered from the
// centre outwards to both sides: label 0 has the even numbers, label 1 the odd
// ones.
struct SlabKind {
  const char* name;
  int64_t slabs;
  // How often an example of label 0 is in slab 0 rather than 2, and one of
  // label 1 in slabs 1 rather than 3.
  double inner[2];
};

constexpr SlabKind kSlabKinds[] = {
    {"slab3", 3, {1, 1}}, {"slab5", 5, {0.75, 1}}, {"slab7", 7, {0.5, 0.875}}};

// nullptr for "linear".
const SlabKind* FindSlabs(const std::string& name) {
  for (const SlabKind& kind : kSlabKinds) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

void SlabsOptions::Describe(Schema<SlabsOptions>& s) {
  s.Summary("A simple and a complex block of coordinates predict the label.")
      .Details(
          "Inputs [num_simple + num_complex] in [-1, 1] before the rotation. "
          "Label: that of the complex block; bias label: that of the simple "
          "one. A linear coordinate is y (m + (1 - m) u) with y = -1 or 1 for "
          "the label, m the margin and u uniform in [0, 1]. A coordinate of k "
          "slabs is uniform in one of k intervals of equal width, 2 m apart, "
          "that fill [-1, 1]; labels alternate, 0 in the middle. Among "
          "examples with label 0, 3 of 4 are in the middle one of 5 slabs and "
          "half in that of 7; among those with label 1, 7 of 8 are in the "
          "inner two of 7. Given the label, coordinates are independent. "
          "p_noise of the examples (in all splits) have linear coordinates "
          "that are uniform within the margin and carry no information. "
          "validation and test have a simple block that is independent of the "
          "label. In three further test splits both blocks predict the label "
          "(standard), or one block was shuffled among these examples, as "
          "published: simple_randomized, in which the label is that of the "
          "complex block, and complex_randomized, in which it is that of the "
          "simple one, as is the bias label. Without a rotation, the mask is "
          "the simple block. The defaults are LMS-5 as published; MS-(5, 7) "
          "has simple: slab5, complex: slab7.")
      .Paper("arXiv:2006.07710");
  s.Field("simple", &SlabsOptions::simple)
      .OneOf({"linear", "slab3", "slab5", "slab7"})
      .Doc("coordinates of the simple block, which are the spurious feature");
  s.Field("complex", &SlabsOptions::complex)
      .OneOf({"slab3", "slab5", "slab7"})
      .Doc("coordinates of the complex block, which are the core feature");
  s.Field("num_simple", &SlabsOptions::num_simple)
      .AtLeast(1)
      .AtMost(kMaxCoordinates)
      .Doc("coordinates in the simple block");
  s.Field("num_complex", &SlabsOptions::num_complex)
      .AtLeast(1)
      .AtMost(kMaxCoordinates)
      .Doc("coordinates in the complex block");
  s.Field("linear_margin", &SlabsOptions::linear_margin)
      .AtLeast(0)
      .Below(1)
      .Doc("least magnitude of linear coordinates without noise");
  s.Field("slab_margin", &SlabsOptions::slab_margin)
      .AtLeast(0)
      .Below(0.5)
      .Doc("half the distance between slabs, below 1 / (k - 1)");
  s.Field("p_noise", &SlabsOptions::p_noise)
      .AtLeast(0)
      .AtMost(1)
      .Doc("probability that linear coordinates carry no information");
  s.Field("bias_conflicting_fraction", &SlabsOptions::bias_conflicting_fraction)
      .AtLeast(0)
      .AtMost(1)
      .Doc("probability that the blocks of a training example disagree");
  s.Field("random_rotation", &SlabsOptions::random_rotation)
      .Doc("whether the seed's random rotation hides the coordinates");
  s.Field("num_train", &SlabsOptions::num_train)
      .AtLeast(1)
      .AtMost(kMaxVectors)
      .Doc("training examples");
  s.Field("num_validation", &SlabsOptions::num_validation)
      .AtLeast(1)
      .AtMost(kMaxVectors)
      .Doc("unbiased validation examples");
  s.Field("num_test", &SlabsOptions::num_test)
      .AtLeast(1)
      .AtMost(kMaxVectors)
      .Doc("unbiased test examples, and as many of the further test splits");
  s.Check(Mistake);
}

std::string SlabsOptions::Mistake(const SlabsOptions& o) {
  for (const std::string& name : {o.simple, o.complex}) {
    const SlabKind* const kind = FindSlabs(name);
    if (kind == nullptr) continue;
    const auto gaps = static_cast<double>(kind->slabs - 1);
    if (o.slab_margin * gaps < 1) continue;
    return absl::StrCat("slab_margin ", o.slab_margin, " leaves no room for ",
                        kind->slabs, " slabs; it must be below 1/", gaps);
  }
  if (o.p_noise > 0 && o.simple != "linear") {
    return absl::StrCat("p_noise needs simple: linear, found ", o.simple);
  }
  return "";
}

// [n, columns] float64 for labels [n] int64.
at::Tensor DrawSlabs(const SlabKind& kind, double margin,
                     const at::Tensor& labels, int64_t columns,
                     at::Generator& generator) {
  const std::vector<int64_t> shape = {labels.size(0), columns};
  const auto uniform = [&] { return at::rand(shape, generator, at::kDouble); };
  const auto slabs = static_cast<double>(kind.slabs);
  const double width = (2 - 2 * (slabs - 1) * margin) / slabs;
  const at::Tensor inner = at::where(labels.eq(0), kind.inner[0], kind.inner[1])
                               .to(at::kDouble)
                               .unsqueeze(1);
  // 0 or 2 for label 0, 1 or 3 for label 1.
  const at::Tensor number =
      labels.unsqueeze(1) + uniform().ge(inner).to(at::kDouble) * 2;
  const at::Tensor side = uniform().lt(0.5).to(at::kDouble) * 2 - 1;
  const at::Tensor within = uniform();
  const at::Tensor center = within * width / 2;
  const at::Tensor others =
      (number - 0.5) * width + number * 2 * margin + within * width;
  return side * at::where(number.eq(0), center, others);
}

// The same for linear coordinates.
at::Tensor DrawLinear(double margin, double p_noise, const at::Tensor& labels,
                      int64_t columns, at::Generator& generator) {
  const int64_t n = labels.size(0);
  const at::Tensor u = at::rand({n, columns}, generator, at::kDouble);
  const at::Tensor noisy = at::rand({n, 1}, generator, at::kDouble).lt(p_noise);
  const at::Tensor sign = (labels * 2 - 1).to(at::kDouble).unsqueeze(1);
  return at::where(noisy, (2 * u - 1) * margin,
                   sign * (margin + (1 - margin) * u));
}

// The simple block before the complex one, [n, coordinates] float64.
at::Tensor DrawCoordinates(const SlabsOptions& o, const at::Tensor& labels,
                           const at::Tensor& bias_labels,
                           at::Generator& generator) {
  const SlabKind* const simple = FindSlabs(o.simple);
  const at::Tensor first =
      simple == nullptr ? DrawLinear(o.linear_margin, o.p_noise, bias_labels,
                                     o.num_simple, generator)
                        : DrawSlabs(*simple, o.slab_margin, bias_labels,
                                    o.num_simple, generator);
  return at::cat({first, DrawSlabs(*FindSlabs(o.complex), o.slab_margin, labels,
                                   o.num_complex, generator)},
                 1);
}

// Inputs are float32, not yet rotated.
Split DrawVectors(const SlabsOptions& options, int64_t n,
                  double conflicting_fraction, uint64_t seed) {
  at::Generator generator = MakeGenerator(seed);
  const at::Tensor labels = at::randint(0, 2, {n}, generator, at::kLong);
  const at::Tensor conflicting =
      at::rand({n}, generator, at::kDouble).lt(conflicting_fraction);
  const at::Tensor bias = at::where(conflicting, 1 - labels, labels);
  at::Tensor inputs =
      at::empty({n, options.num_simple + options.num_complex}, at::kFloat);
  // In slices, so that the float64 draws stay small.
  constexpr int64_t kSlice = 10000;
  for (int64_t begin = 0; begin < n; begin += kSlice) {
    const int64_t end = std::min(begin + kSlice, n);
    inputs.slice(0, begin, end)
        .copy_(DrawCoordinates(options, labels.slice(0, begin, end),
                               bias.slice(0, begin, end), generator));
  }
  return {inputs, labels, bias};
}

// Adds the splits in which one block was shuffled to `standard`.
void AddShuffled(const SlabsOptions& options, int64_t seed, Split standard,
                 Dataset& dataset) {
  at::Generator generator = MakeGenerator(Seed(seed, "dataset/shuffled"));
  const at::Tensor order = at::randperm(standard.size(), generator, at::kLong);
  const at::Tensor simple = standard.inputs.slice(1, 0, options.num_simple);
  const at::Tensor complex = standard.inputs.slice(1, options.num_simple);
  Split no_simple = standard, no_complex = standard;
  no_simple.inputs = at::cat({simple.index_select(0, order), complex}, 1);
  no_simple.bias_labels = standard.labels.index_select(0, order);
  no_complex.inputs = at::cat({simple, complex.index_select(0, order)}, 1);
  dataset.extra_tests = {{"standard", standard},
                         {"simple_randomized", no_simple},
                         {"complex_randomized", no_complex}};
}

// An orthogonal matrix [d, d] float32, uniformly distributed.
at::Tensor RandomRotation(int64_t d, uint64_t seed) {
  at::Generator generator = MakeGenerator(seed);
  const auto [q, r] = at::linalg_qr(at::randn({d, d}, generator, at::kDouble));
  // Mezzadri, Notices of the AMS 2007: without the signs it would not be.
  return (q * r.diagonal().sign()).to(at::kFloat);
}

struct Slabs {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const SlabsOptions& options, const DatasetArgs& args) {
    auto dataset = std::make_unique<Dataset>();
    const int64_t size = options.num_simple + options.num_complex;
    dataset->task = {{size}, /*num_classes=*/2, /*num_biases=*/2};
    dataset->train = DrawVectors(options, options.num_train,
                                 options.bias_conflicting_fraction,
                                 Seed(args.seed, "dataset/train"));
    dataset->validation = DrawVectors(options, options.num_validation, 0.5,
                                      Seed(args.seed, "dataset/validation"));
    dataset->test = DrawVectors(options, options.num_test, 0.5,
                                Seed(args.seed, "dataset/test"));
    AddShuffled(options, args.seed,
                DrawVectors(options, options.num_test, 0,
                            Seed(args.seed, "dataset/standard")),
                *dataset);
    if (!options.random_rotation) {
      dataset->spurious_mask = at::arange(size).lt(options.num_simple);
      return dataset;
    }
    const at::Tensor rotation =
        RandomRotation(size, Seed(args.seed, "dataset/rotation"));
    std::vector<Split*> splits = {&dataset->train, &dataset->validation,
                                  &dataset->test};
    for (auto& [name, split] : dataset->extra_tests) splits.push_back(&split);
    for (Split* split : splits) {
      split->inputs = PortableProduct(split->inputs, rotation).to(at::kFloat);
    }
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "slabs", Slabs, SlabsOptions);

}  // namespace
}  // namespace bigstep
