// L1 norm of all parameters as a penalty in the loss.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "optimizers/common/add_to.h"
#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

struct L1Options {
  double coefficient = 0;

  static void Describe(Schema<L1Options>& s) {
    s.Summary("L1 norm of all parameters, added to the loss.")
        .Details(
            "coefficient * sum of |w|; the subgradient is coefficient * "
            "sign(w), 0 at w = 0. Biases and normalization are penalized like "
            "weights. Gradient steps make weights small but seldom exactly 0.")
        .Paper("Tibshirani 1996, doi:10.1111/j.2517-6161.1996.tb02080.x");
    s.Field("coefficient", &L1Options::coefficient)
        .Required()
        .AtLeast(0)
        .Doc("strength (lambda)");
  }
};

class L1 final : public Regularizer {
 public:
  L1(const L1Options& options, const RegularizerArgs&)
      : coefficient_(options.coefficient) {}

  at::Tensor Penalty(const NamedTensors& parameters) const override {
    at::Tensor sum;
    for (const auto& [name, tensor] : parameters) {
      const at::Tensor sizes = tensor.abs().sum();
      sum = sum.defined() ? sum + sizes : sizes;
    }
    return sum * coefficient_;
  }

  at::Tensor AddGradient(const NamedTensors& parameters) const override {
    const c10::NoGradGuard no_grad;
    for (const auto& [name, tensor] : parameters) {
      AddTo(tensor.mutable_grad(), tensor.sign(), coefficient_);
    }
    return Penalty(parameters);
  }

 private:
  double coefficient_;
};

BIGSTEP_REGISTER(Regularizers, "l1", L1, L1Options);

}  // namespace
}  // namespace bigstep
