// Fully connected network: linear layers with ReLU between them. Without biases
// it is positively homogeneous, as in the experiments under test.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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

  static void Describe(Schema<FcnOptions>& s) {
    s.Summary("Fully connected network with ReLU.")
        .Details(
            "The input is flattened. Weights (and biases) start uniform in "
            "+-1/sqrt(fan_in), PyTorch's rule for linear layers. The "
            "representation is the last hidden layer after ReLU (without "
            "hidden layers, the input).")
        .Paper("arXiv:2507.17748");
    s.Field("hidden", &FcnOptions::hidden)
        .AtLeast(1)
        .Doc("width of each hidden layer");
    s.Field("bias", &FcnOptions::bias).Doc("give every layer a bias vector");
  }
};

class Fcn final : public Model {
 public:
  Fcn(const FcnOptions& options, const ModelArgs& args) {
    at::Generator generator = MakeGenerator(Seed(args.seed, "model/init"));
    int64_t fan_in = 1;
    for (const int64_t size : args.task.input_shape) fan_in *= size;
    std::vector<int64_t> widths = options.hidden;
    widths.push_back(args.task.num_classes);
    for (size_t i = 0; i < widths.size(); ++i) {
      const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
      LinearParameters layer;
      layer.weight = register_parameter(
          absl::StrCat("weight", i),
          at::empty({widths[i], fan_in}).uniform_(-bound, bound, generator));
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
    if (is_training() && at::GradMode::is_enabled()) {
      const PerceptronOutput output = Perceptron(x, layers_);
      return {output.logits, output.hidden};
    }
    // Metrics may look into the network.
    for (size_t i = 0; i + 1 < layers_.size(); ++i) {
      x = Relu(Apply(layers_[i], x));
    }
    return {Apply(layers_.back(), x), x};
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
