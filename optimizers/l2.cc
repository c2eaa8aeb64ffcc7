// Squared L2 norm of all parameters as a penalty in the loss.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "optimizers/common/add_to.h"
#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

struct L2Options {
  double coefficient = 0;

  static void Describe(Schema<L2Options>& s) {
    s.Summary("Squared L2 norm of all parameters, added to the loss.")
        .Details(
            "coefficient / 2 * sum of w^2, so its gradient is coefficient * w: "
            "with sgd and momentum the same as PyTorch's weight_decay, and "
            "with adam the coupled form, in which the decay is divided by "
            "adam's root mean square like any gradient. The weight_decay of "
            "adamw is different: it is decoupled, shrinks w by lr * "
            "weight_decay and is not part of the loss. Under sam and asam the "
            "ascent includes the penalty.")
        .Paper("Krogh and Hertz, NeurIPS 1991");
    s.Field("coefficient", &L2Options::coefficient)
        .Required()
        .AtLeast(0)
        .Doc("strength (lambda)");
  }
};

class L2 final : public Regularizer {
 public:
  L2(const L2Options& options, const RegularizerArgs&)
      : half_(options.coefficient / 2) {}

  at::Tensor Penalty(const NamedTensors& parameters) const override {
    at::Tensor sum;
    for (const auto& [name, tensor] : parameters) {
      const at::Tensor squares = tensor.square().sum();
      sum = sum.defined() ? sum + squares : squares;
    }
    return sum * half_;
  }

  at::Tensor AddGradient(const NamedTensors& parameters) const override {
    const c10::NoGradGuard no_grad;
    at::Tensor sum;
    for (const auto& [name, tensor] : parameters) {
      const at::Tensor values = tensor.flatten();
      const at::Tensor squares = values.dot(values);
      sum = sum.defined() ? sum + squares : squares;
      AddTo(tensor.mutable_grad(), tensor, 2 * half_);
    }
    return sum * half_;
  }

 private:
  double half_;
};

BIGSTEP_REGISTER(Regularizers, "l2", L2, L2Options);

}  // namespace
}  // namespace bigstep
