// A toy to start from. Say here what the plugin is, in a sentence or two a
// newcomer understands, with the paper and the number of its equation.
// Cost: one forward and one backward pass a step; no memory of its own.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "optimizers/common/libtorch_optimizer.h"
#include "optimizers/optimizer.h"

namespace bigstep {
namespace {

struct ToyOptions {
  double lr = 0;

  static void Describe(Schema<ToyOptions>& s) {
    s.Summary("A toy to start from: gradient descent.")
        .Details("w -= lr * g, g the mini-batch gradient.")
        .Paper("none");
    s.Field("lr", &ToyOptions::lr)
        .Required()
        .Above(0, /*may_vanish=*/true)
        .Doc("learning rate (eta), per step");
  }
};

class Toy final : public Optimizer {
 public:
  Toy(const ToyOptions& options, const OptimizerArgs& args)
      : options_(options), parameters_(args.parameters) {}

  at::Tensor Step(const GradientFn& gradients, double lr_scale) override {
    at::Tensor loss = gradients();
    const c10::NoGradGuard no_grad;
    for (auto& [name, parameter] : parameters_) {
      // A parameter that the loss does not depend on has none. The gradient is
      // a handle: change it only in a copy.
      if (!parameter.grad().defined()) continue;
      parameter.sub_(parameter.grad(), RepresentableLr(options_.lr * lr_scale));
    }
    return loss;
  }

  // An interrupted training continues from here. The toy keeps nothing from one
  // step to the next; with momentum it would return {{"momentum", momentum_}}.
  NamedTensors State() const override { return {}; }

  absl::Status SetState(const NamedTensors& state) override {
    return CopyValues(state, State());
  }

 private:
  ToyOptions options_;
  NamedTensors parameters_;
};

BIGSTEP_REGISTER(Optimizers, "toy", Toy, ToyOptions);

}  // namespace
}  // namespace bigstep
