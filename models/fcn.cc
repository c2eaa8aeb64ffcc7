// Fully connected network: linear layers with ReLU between them. Without biases
// it is positively homogeneous, as in the experiments under test.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bfloat16_scope.h"
#include "base/generator.h"
#include "base/seed.h"
#include "models/activations.h"
#include "models/layers/perceptron.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct FcnOptions {
  std::vector<int64_t> hidden = {100};
  bool bias = false;
  std::vector<double> init_std = {};

  static void Describe(Schema<FcnOptions>& s) {
    s.Summary("Fully connected network with ReLU.")
        .Details(
            "The input is flattened. Weights (and biases) start uniform in "
            "+-1/sqrt(fan_in), PyTorch's rule for linear layers; with init_std "
            "weights start as normal numbers. The "
            "representation is the last hidden layer after ReLU (without "
            "hidden layers, the input).")
        .Paper("arXiv:2507.17748");
    s.Field("hidden", &FcnOptions::hidden)
        .AtLeast(1)
        .Doc("width of each hidden layer");
    s.Field("bias", &FcnOptions::bias).Doc("give every layer a bias vector");
    s.Field("init_std", &FcnOptions::init_std)
        .AtLeast(0)
        .Doc(
            "standard deviation of initial weights: one number, or one for "
            "each layer, the output layer's last; empty: uniform, see above");
    s.Check([](const FcnOptions& o) -> std::string {
      const size_t layers = o.hidden.size() + 1;
      const size_t given = o.init_std.size();
      if (given > 1 && given != layers) {
        return absl::StrCat(
            "init_std: expected a number for all layers or one for each of ",
            layers, ", found ", given);
      }
      for (size_t i = 0; given > 0 && !o.bias && i + 1 < layers; ++i) {
        if (o.init_std[given == 1 ? 0 : i] == 0) {
          return "init_std: without bias a layer of zeros before the last "
                 "keeps every gradient at 0; use a number above 0, or bias: "
                 "true";
        }
      }
      return "";
    });
  }
};

class Fcn final : public Model {
 public:
  Fcn(const FcnOptions& options, const ModelArgs& args) {
    at::Generator generator = MakeGenerator(Seed(args.seed, "model/init"));
    int64_t fan_in = 1;
    for (const int64_t size : args.task.input_shape) fan_in *= size;
    std::vector<int64_t> widths = options.hidden;
    widths.push_back(args.task.num_outputs());
    for (size_t i = 0; i < widths.size(); ++i) {
      const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
      LinearParameters layer;
      at::Tensor weight = at::empty({widths[i], fan_in});
      if (options.init_std.empty()) {
        weight.uniform_(-bound, bound, generator);
      } else {
        weight.normal_(0, 1, generator)
            .mul_(options.init_std[options.init_std.size() == 1 ? 0 : i]);
      }
      layer.weight = register_parameter(absl::StrCat("weight", i), weight);
      if (options.bias) {
        layer.bias = register_parameter(
            absl::StrCat("bias", i),
            at::empty({widths[i]}).uniform_(-bound, bound, generator));
      }
      layers_.push_back(layer);
      fan_in = widths[i];
    }
  }

  ModelOutput Forward(const at::Tensor& inputs) override {
    at::Tensor x = inputs.flatten(1);
    if (is_training() && at::GradMode::is_enabled() &&
        !Bfloat16Scope::IsActive()) {
      const PerceptronOutput output = Perceptron(x, layers_);
      return {output.logits, output.hidden};
    }
    // Metrics may look into the network.
    for (size_t i = 0; i + 1 < layers_.size(); ++i) {
      x = Relu(Apply(layers_[i], x));
    }
    return {Apply(layers_.back(), x), x};
  }

  std::unique_ptr<DirectPass> MakeDirectPass() const override {
    return std::make_unique<PerceptronPass>(layers_);
  }

 private:
  static at::Tensor Apply(const LinearParameters& layer, const at::Tensor& x) {
    return at::linear(x, layer.weight, layer.bias);
  }

  std::vector<LinearParameters> layers_;  // Registered.
};

BIGSTEP_REGISTER(Models, "fcn", Fcn, FcnOptions);

}  // namespace
}  // namespace bigstep
