// Stochastic gradient descent: w -= lr * g.
// Cost: one forward and one backward pass a step; no memory of its own.
#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>

#include "absl/status/status.h"
#include "optimizers/common/libtorch_optimizer.h"
#include "optimizers/optimizer.h"

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

class Sgd final : public Optimizer {
 public:
  Sgd(const SgdOptions& options, const OptimizerArgs& args)
      : parameters_(args.parameters), lr_(options.lr) {}

  at::Tensor Step(const GradientFn& gradients, double lr_scale) override {
    at::Tensor loss = gradients();
    const double lr = RepresentableLr(lr_ * lr_scale);
    // Without autograd's bookkeeping, which takes as long as the update of a
    // small network. Nobody may go backward through weights from before.
    const at::AutoDispatchBelowADInplaceOrView no_graph;
    for (const auto& [name, tensor] : parameters_) {
      const at::Tensor& gradient = tensor.grad();
      if (gradient.defined()) tensor.add_(gradient, -lr);
    }
    return loss;
  }

  NamedTensors State() const override { return {}; }

  absl::Status SetState(const NamedTensors& state) override {
    if (state.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "sgd keeps no state, but the checkpoint has some, as those of earlier "
        "versions");
  }

 private:
  NamedTensors parameters_;
  double lr_;
};

BIGSTEP_REGISTER(Optimizers, "sgd", Sgd, SgdOptions);

}  // namespace
}  // namespace bigstep
