// TODO: what it is, in a sentence or two; the paper.
#include <ATen/ATen.h>

#include <cmath>

#include "base/seed.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct @Class@Options {
  int64_t width = 64;

  static void Describe(Schema<@Class@Options>& s) {
    s.Summary("TODO: one sentence.")
        .Details("TODO: layers, initialization, what the representation is.")
        .Paper("TODO: arXiv:....");
    s.Field("width", &@Class@Options::width)
        .AtLeast(1)
        .Doc("units of the hidden layer");
  }
};

class @Class@ final : public Model {
 public:
  @Class@(const @Class@Options& options, const ModelArgs& args) {
    at::Generator generator = MakeGenerator(Seed(args.seed, "model/init"));
    int64_t inputs = 1;
    for (const int64_t size : args.task.input_shape) inputs *= size;
    const auto weight = [&](const char* name, int64_t out, int64_t in) {
      const double bound = 1 / std::sqrt(static_cast<double>(in));
      return register_parameter(
          name, at::empty({out, in}).uniform_(-bound, bound, generator));
    };
    hidden_ = weight("hidden", options.width, inputs);
    output_ = weight("output", args.task.num_classes, options.width);
  }

  ModelOutput Forward(const at::Tensor& inputs) override {
    const at::Tensor hidden =
        at::relu(at::linear(inputs.flatten(1), hidden_));
    return {at::linear(hidden, output_), hidden};
  }

 private:
  at::Tensor hidden_, output_;
};

BIGSTEP_REGISTER(Models, "@name@", @Class@, @Class@Options);

}  // namespace
}  // namespace bigstep
