// A toy to start from. Say here what the plugin is, in a sentence or two a
// newcomer understands, with the paper and the number of its equation.
#include <ATen/ATen.h>

#include <cmath>

#include "base/generator.h"
#include "base/seed.h"
#include "models/activations.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct ToyOptions {
  int64_t width = 64;

  static void Describe(Schema<ToyOptions>& s) {
    s.Summary("A toy to start from: one hidden layer.")
        .Details(
            "Linear, ReLU, linear, without biases, uniform in "
            "+-1/sqrt(fan_in). The representation is the hidden layer after "
            "ReLU.")
        .Paper("none");
    s.Field("width", &ToyOptions::width)
        .AtLeast(1)
        .Doc("units of the hidden layer");
  }
};

class Toy final : public Model {
 public:
  Toy(const ToyOptions& options, const ModelArgs& args) {
    at::Generator generator = MakeGenerator(Seed(args.seed, "model/init"));
    int64_t inputs = 1;
    for (const int64_t size : args.task.input_shape) inputs *= size;
    const auto weight = [&](const char* name, int64_t out, int64_t in) {
      const double bound = 1 / std::sqrt(static_cast<double>(in));
      return register_parameter(
          name, at::empty({out, in}).uniform_(-bound, bound, generator));
    };
    hidden_ = weight("hidden", options.width, inputs);
    output_ = weight("output", args.task.num_outputs(), options.width);
  }

  ModelOutput Forward(const at::Tensor& inputs) override {
    const at::Tensor hidden = Relu(at::linear(inputs.flatten(1), hidden_));
    return {at::linear(hidden, output_), hidden};
  }

 private:
  at::Tensor hidden_, output_;
};

BIGSTEP_REGISTER(Models, "toy", Toy, ToyOptions);

}  // namespace
}  // namespace bigstep
