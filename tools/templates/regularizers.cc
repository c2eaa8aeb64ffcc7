// TODO: what it is, in a sentence or two; the paper.
#include <ATen/ATen.h>

#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

struct @Class@Options {
  double coefficient = 0;

  static void Describe(Schema<@Class@Options>& s) {
    s.Summary("TODO: one sentence.")
        .Details("TODO: the formula and its gradient.")
        .Paper("TODO: arXiv:....");
    s.Field("coefficient", &@Class@Options::coefficient)
        .Required()
        .AtLeast(0)
        .Doc("strength (lambda)");
  }
};

class @Class@ final : public Regularizer {
 public:
  @Class@(const @Class@Options& options, const RegularizerArgs&)
      : options_(options) {}

  at::Tensor Penalty(const NamedTensors& parameters) const override {
    at::Tensor sum = at::zeros({}, parameters[0].second.options());
    for (const auto& [name, tensor] : parameters) {
      sum = sum + tensor.square().sum();
    }
    return options_.coefficient * sum;
  }

 private:
  @Class@Options options_;
};

BIGSTEP_REGISTER(Regularizers, "@name@", @Class@, @Class@Options);

}  // namespace
}  // namespace bigstep
