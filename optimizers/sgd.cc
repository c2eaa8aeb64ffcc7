// Stochastic gradient descent: w -= lr * g.
// Cost: one forward and one backward pass a step; no memory of its own.
#include <torch/optim/sgd.h>

#include <memory>

#include "optimizers/common/libtorch_optimizer.h"

namespace bigstep {
namespace {

struct SgdOptions {
  double lr = 0;

  static void Describe(Schema<SgdOptions>& s) {
    s.Summary("Stochastic gradient descent without momentum.")
        .Details(
            "w -= lr * g, g the mini-batch gradient. Cost: one forward and one "
            "backward pass a step; keeps no copy of the weights.")
        .Paper("Robbins and Monro 1951, doi:10.1214/aoms/1177729586");
    s.Field("lr", &SgdOptions::lr)
        .Required()
        .Above(0, /*may_vanish=*/true)
        .Doc("learning rate (eta), per step");
  }
};

class Sgd final : public LibtorchOptimizer {
 public:
  Sgd(const SgdOptions& options, const OptimizerArgs& args)
      : LibtorchOptimizer(
            std::make_unique<torch::optim::SGD>(
                Tensors(args.parameters), torch::optim::SGDOptions(options.lr)),
            options.lr) {}
};

BIGSTEP_REGISTER(Optimizers, "sgd", Sgd, SgdOptions);

}  // namespace
}  // namespace bigstep
