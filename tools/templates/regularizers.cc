// A toy to start from. Say here what the plugin is, in a sentence or two a
// newcomer understands, with the paper and the number of its equation.
#include <ATen/ATen.h>

#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

struct ToyOptions {
  double coefficient = 0;

  static void Describe(Schema<ToyOptions>& s) {
    s.Summary("A toy to start from: squared weights.")
        .Details(
            "coefficient * sum of w^2, so its gradient is 2 * coefficient * w.")
        .Paper("none");
    s.Field("coefficient", &ToyOptions::coefficient)
        .Required()
        .AtLeast(0)
        .Doc("strength (lambda)");
  }
};

class Toy final : public Regularizer {
 public:
  Toy(const ToyOptions& options, const RegularizerArgs&) : options_(options) {}

  at::Tensor Penalty(const NamedTensors& parameters) const override {
    at::Tensor sum = at::zeros({}, parameters[0].second.options());
    for (const auto& [name, tensor] : parameters) {
      sum = sum + tensor.square().sum();
    }
    return options_.coefficient * sum;
  }

 private:
  ToyOptions options_;
};

BIGSTEP_REGISTER(Regularizers, "toy", Toy, ToyOptions);

}  // namespace
}  // namespace bigstep
