// The squared error of predicted numbers.
#include <ATen/ATen.h>

#include "optimizers/loss.h"

namespace bigstep {
namespace {

struct SquaredErrorOptions {
  static void Describe(Schema<SquaredErrorOptions>& s) {
    s.Summary("Squared error of predicted numbers.")
        .Details(
            "(prediction - number)^2 of an example, summed over its numbers, "
            "for datasets whose examples have numbers to predict. Without the "
            "factor 1/2 that some papers give it: their learning rate is twice "
            "the one here.")
        .Paper("arXiv:2210.05337");
  }
};

class SquaredError final : public Loss {
 public:
  SquaredError(const SquaredErrorOptions&, const LossArgs&) {}

  Targets targets() const override { return Targets::kNumbers; }

  at::Tensor PerExample(const at::Tensor& outputs,
                        const at::Tensor& targets) const override {
    return (outputs - targets).square().sum(1);
  }
};

BIGSTEP_REGISTER(Losses, "squared_error", SquaredError, SquaredErrorOptions);

}  // namespace
}  // namespace bigstep
