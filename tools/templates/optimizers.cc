// TODO: what it is, in a sentence or two; the update rule; the paper and the
// number of its algorithm.
// Cost: one forward and one backward pass a step; no memory of its own.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "optimizers/optimizer.h"

namespace bigstep {
namespace {

struct @Class@Options {
  double lr = 0;

  static void Describe(Schema<@Class@Options>& s) {
    s.Summary("TODO: one sentence.")
        .Details("TODO: the update rule in symbols.")
        .Paper("TODO: arXiv:....");
    s.Field("lr", &@Class@Options::lr)
        .Required()
        .Above(0)
        .Doc("learning rate (eta), per step");
  }
};

class @Class@ final : public Optimizer {
 public:
  @Class@(const @Class@Options& options, const OptimizerArgs& args)
      : options_(options), parameters_(args.parameters) {}

  at::Tensor Step(const GradientFn& gradients, double lr_scale) override {
    at::Tensor loss = gradients();
    const c10::NoGradGuard no_grad;
    for (auto& [name, parameter] : parameters_) {
      // The gradient is a handle: change it only in a copy.
      parameter.sub_(parameter.grad(), options_.lr * lr_scale);
    }
    return loss;
  }

 private:
  @Class@Options options_;
  NamedTensors parameters_;
};

BIGSTEP_REGISTER(Optimizers, "@name@", @Class@, @Class@Options);

}  // namespace
}  // namespace bigstep
