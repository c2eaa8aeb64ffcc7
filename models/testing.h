// Helpers for tests of models: weights from a formula that Python also
// implements (testdata/formula_weights.py), and comparison with numbers that
// another implementation computed from them.
#ifndef BIGSTEP_MODELS_TESTING_H_
#define BIGSTEP_MODELS_TESTING_H_

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/device.h"
#include "base/json.h"
#include "base/testing.h"
#include "models/model.h"

namespace bigstep {

// Before the first test, as in the programs.
inline const bool kModelTestsUseRightConvolutions =
    (UseRightConvolutions(), true);

// float32 in [-1, 1): item i is hash / 2^23 - 1 for the upper 24 bits of a hash
// of i and of the name (FNV-1a).
inline at::Tensor FormulaTensor(absl::string_view name, at::IntArrayRef shape) {
  uint32_t start = 2166136261;
  for (const char c : name) {
    start = (start ^ static_cast<unsigned char>(c)) * 16777619;
  }
  at::Tensor tensor = at::empty(shape, at::kFloat);
  float* values = tensor.data_ptr<float>();
  for (int64_t i = 0; i < tensor.numel(); ++i) {
    uint32_t x = static_cast<uint32_t>(i) * 2654435761u + start;
    x = (x ^ x >> 16) * 73244475u;
    x = (x ^ x >> 16) * 73244475u;
    x = x ^ x >> 16;
    values[i] = static_cast<float>(x >> 8) * 0x1p-23f - 1;
  }
  return tensor;
}

// The parameter or buffer `name` of a network: as large as keeps activations
// near 1 in networks with ReLU and residual connections. With u from
// FormulaTensor:
//   sqrt(6 / fan_in) u for weights of two axes and more,
//   0.7 + 0.1 u for the scales of normalizations,
//   1 + 0.5 u for running variances, 0.1 u for everything else.
inline at::Tensor FormulaWeights(absl::string_view name,
                                 at::IntArrayRef shape) {
  at::Tensor u = FormulaTensor(name, shape);
  if (shape.size() > 1) {
    const auto fan_in = static_cast<double>(u.numel() / shape[0]);
    return u.mul_(std::sqrt(6 / fan_in));
  }
  if (absl::EndsWith(name, "running_var")) return u.mul_(0.5).add_(1);
  u.mul_(0.1);
  return absl::EndsWith(name, "weight") ? u.add_(0.7) : u;
}

// Gives every floating-point parameter and buffer its FormulaWeights.
inline void SetFormulaWeights(torch::nn::Module& module) {
  NamedTensors tensors;
  for (const auto& item : module.named_parameters()) {
    tensors.emplace_back(item.key(), item.value().detach());
  }
  for (const auto& item : module.named_buffers()) {
    tensors.emplace_back(item.key(), item.value());
  }
  for (const auto& [name, tensor] : tensors) {
    if (!tensor.is_floating_point()) continue;
    tensor.copy_(FormulaWeights(name, tensor.sizes()));
  }
}

// The files of the scripts in testdata: on each line a name, then numbers.
using Goldens = std::map<std::string, std::vector<double>>;

inline Goldens ReadGoldens(const std::string& path) {
  Goldens goldens;
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << "cannot read " << path;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    for (double number; words >> number;) goldens[name].push_back(number);
  }
  return goldens;
}

// Expects that `tensor` is finite, and that the golden numbers of this name are
// its values at even steps, from the first on. The largest error may be
// `tolerance` of the largest number.
inline void ExpectGolden(const Goldens& goldens, const std::string& name,
                         const at::Tensor& tensor, double tolerance) {
  ASSERT_EQ(goldens.count(name), 1u) << name;
  const std::vector<double>& expected = goldens.at(name);
  const auto count = static_cast<int64_t>(expected.size());
  ASSERT_GT(count, 0) << name;
  const at::Tensor flat = tensor.detach().flatten().to(at::kDouble);
  // NaN compares as no error.
  ASSERT_TRUE(flat.isfinite().all().item<bool>()) << name;
  double largest = 0, error = 0;
  for (int64_t i = 0; i < count; ++i) {
    const double value = flat[i * flat.numel() / count].item<double>();
    largest = std::max(largest, std::abs(expected[i]));
    error = std::max(error, std::abs(value - expected[i]));
  }
  EXPECT_LE(error, tolerance * largest) << name;
}

// float32 inputs of `shape`, [N, C, H, W], from the formula.
inline at::Tensor FormulaInputs(at::IntArrayRef shape) {
  return FormulaTensor("inputs", shape);
}

// Expects the goldens <prefix>.eval.* of a model that has formula weights. They
// were computed in float64 and differ by float32's roundings, 6e-8 each,
// through all layers.
inline void ExpectEvalGoldens(Model& model, const Goldens& goldens,
                              const std::string& prefix,
                              const at::Tensor& inputs) {
  constexpr double kTolerance = 1e-4;
  const c10::NoGradGuard no_grad;
  model.eval();
  const ModelOutput output = model.Forward(inputs);
  ExpectGolden(goldens, prefix + ".eval.logits", output.logits, kTolerance);
  ExpectGolden(goldens, prefix + ".eval.representation", output.representation,
               kTolerance);
}

// Expects the goldens <prefix>.train.*: outputs in train() mode, the gradients
// of sum(logits * FormulaTensor("gradient")), and buffers after that. Leaves
// the model in float64: in float32 a value next to the kink of a ReLU may fall
// on the other side, which moves gradients by percents, in torchvision as here.
inline void ExpectTrainGoldens(Model& model, const Goldens& goldens,
                               const std::string& prefix,
                               const at::Tensor& inputs) {
  model.to(at::kDouble);
  model.train();
  const ModelOutput output = model.Forward(inputs.to(at::kDouble));
  (output.logits * FormulaTensor("gradient", output.logits.sizes()))
      .sum()
      .backward();
  std::map<std::string, at::Tensor> found = {
      {"logits", output.logits}, {"representation", output.representation}};
  for (const auto& [name, tensor] : Parameters(model)) {
    found["gradient." + name] = tensor.grad();
  }
  for (const auto& item : model.named_buffers()) {
    found["buffer." + item.key()] = item.value();
  }
  int compared = 0;
  for (const auto& [name, numbers] : goldens) {
    const std::string start = prefix + ".train.";
    if (!absl::StartsWith(name, start)) continue;
    // The goldens have nine digits.
    ExpectGolden(goldens, name, found[name.substr(start.size())], 1e-8);
    ++compared;
  }
  EXPECT_GT(compared, 2) << "no goldens beyond those of the outputs";
}

// Parameters and buffers, as one number: the first four bytes of the SHA-256 of
// their sorted names, joined by line feeds.
inline double HashOfNames(const torch::nn::Module& module) {
  std::set<std::string> names;
  for (const auto& item : module.named_parameters()) names.insert(item.key());
  for (const auto& item : module.named_buffers()) names.insert(item.key());
  const std::string hex = Sha256Hex(absl::StrJoin(names, "\n")).substr(0, 8);
  return static_cast<double>(std::stoul(hex, nullptr, 16));
}

// A network evaluated by another implementation, with weights and
// inputs from the formula.
struct GoldenCase {
  std::string prefix;           // Prefix of its goldens.
  std::string spec;             // The model.
  std::vector<int64_t> inputs;  // [N, C, H, W].
};

// For 10 classes, as the scripts in testdata.
inline std::unique_ptr<Model> MakeGoldenModel(const GoldenCase& c) {
  const TaskSpec task = {{c.inputs.begin() + 1, c.inputs.end()},
                         /*num_classes=*/10,
                         /*num_biases=*/10};
  return MakePlugin<ModelFamily>(c.spec, {task, /*seed=*/1});
}

// Expects the goldens of each case in the file `path`: names of parameters and
// buffers, then all of ExpectEvalGoldens and ExpectTrainGoldens.
inline void ExpectGoldens(const std::string& path,
                          const std::vector<GoldenCase>& cases) {
  const Goldens goldens = ReadGoldens(path);
  for (const GoldenCase& c : cases) {
    SCOPED_TRACE(c.prefix);
    const auto model = MakeGoldenModel(c);
    EXPECT_EQ(HashOfNames(*model), goldens.at(c.prefix + ".names").at(0));
    SetFormulaWeights(*model);
    const at::Tensor inputs = FormulaInputs(c.inputs);
    ExpectEvalGoldens(*model, goldens, c.prefix, inputs);
    ExpectTrainGoldens(*model, goldens, c.prefix, inputs);
  }
}

inline int64_t CountParameters(const Model& model) {
  int64_t count = 0;
  for (const auto& [name, tensor] : Parameters(model)) count += tensor.numel();
  return count;
}

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_TESTING_H_
