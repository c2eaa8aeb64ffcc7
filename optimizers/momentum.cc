// Stochastic gradient descent with momentum, in PyTorch's form:
// v = mu * v + g (v = g at the first step), w -= lr * v; with Nesterov's
// look-ahead, w -= lr * (g + mu * v).
// Cost: one forward and one backward pass a step; one copy of the weights.
#include <torch/optim/sgd.h>

#include <memory>
#include <string>

#include "optimizers/common/libtorch_optimizer.h"

namespace bigstep {
namespace {

struct MomentumOptions {
  double lr = 0;
  double momentum = 0.9;
  bool nesterov = false;

  static void Describe(Schema<MomentumOptions>& s) {
    s.Summary("Stochastic gradient descent with heavy-ball momentum.")
        .Details(
            "PyTorch's form: v = momentum * v + g, w -= lr * v, so the "
            "effective step is lr / (1 - momentum). nesterov uses g + momentum "
            "* v in place of v. Cost: one forward and one backward pass a "
            "step; keeps one copy of the weights.")
        .Paper("Sutskever et al., ICML 2013");
    s.Field("lr", &MomentumOptions::lr)
        .Required()
        .Above(0, /*may_vanish=*/true)
        .Doc("learning rate (eta), per step");
    s.Field("momentum", &MomentumOptions::momentum)
        .AtLeast(0)
        .Below(1)
        .Doc("share of the last update that is kept (mu)");
    s.Field("nesterov", &MomentumOptions::nesterov)
        .Doc("look ahead by one momentum step");
    s.Check([](const MomentumOptions& o) -> std::string {
      return o.nesterov && o.momentum == 0 ? "nesterov needs momentum > 0" : "";
    });
  }
};

class Momentum final : public LibtorchOptimizer {
 public:
  Momentum(const MomentumOptions& options, const OptimizerArgs& args)
      : LibtorchOptimizer(
            std::make_unique<torch::optim::SGD>(
                Tensors(args.parameters), torch::optim::SGDOptions(options.lr)
                                              .momentum(options.momentum)
                                              .nesterov(options.nesterov)),
            options.lr) {}
};

BIGSTEP_REGISTER(Optimizers, "momentum", Momentum, MomentumOptions);

}  // namespace
}  // namespace bigstep
