// The squared error of a regression.
#include <ATen/ATen.h>

#include "optimizers/loss.h"

namespace bigstep {
namespace {

struct SquaredErrorOptions {
  static void Describe(Schema<SquaredErrorOptions>& s) {
    s.Summary("Squared error, for regressions.")
        .Details(
            "(prediction - target)^2, summed over the targets of an example. "
            "Without the factor 1/2 that some papers give it: their learning "
            "rate is twice the one here.")
        .Paper("arXiv:2210.05337");
  }
};

class SquaredError final : public Loss {
 public:
  SquaredError(const SquaredErrorOptions&, const LossArgs&) {}

  Task task() const override { return Task::kRegression; }

  at::Tensor PerExample(const at::Tensor& outputs,
                        const at::Tensor& targets) const override {
    return (outputs - targets).square().sum(1);
  }
};

BIGSTEP_REGISTER(Losses, "squared_error", SquaredError, SquaredErrorOptions);

}  // namespace
}  // namespace bigstep
