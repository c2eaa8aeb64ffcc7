// The algorithm of sam and asam: the climb to the worst point nearby, the
// gradient there, and the step from the original weights by another optimizer.
#ifndef BIGSTEP_OPTIMIZERS_COMMON_SHARPNESS_AWARE_H_
#define BIGSTEP_OPTIMIZERS_COMMON_SHARPNESS_AWARE_H_

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/choice.h"
#include "base/json.h"
#include "base/problems.h"
#include "base/spec_node.h"
#include "optimizers/optimizer.h"

namespace bigstep {

// The optimizer that takes the step, chosen without a learning rate: that is
// given once, beside it. Not sam or asam again. By default sgd.
class BaseOptimizer {
 public:
  // The optimizer with learning rate 1: steps are scaled by lr_scale alone.
  absl::StatusOr<std::unique_ptr<Optimizer>> Make(
      const OptimizerArgs& args) const {
    return choice_.Make(args);
  }

  // See Choice.
  Json Identity() const;
  Json NeutralIdentity() const;

  friend void ReadValue(const SpecNode& node, absl::string_view path,
                        Problems& problems, BaseOptimizer* value);
  friend void to_json(Json& json, const BaseOptimizer& value);

 private:
  Choice<OptimizerFamily> choice_{"sgd", {{"lr", "1"}}};
};

inline std::string TypeName(const BaseOptimizer*) {
  return OptimizerFamily::kSingular;
}

// T_w for a parameter w: a diagonal matrix with entries >= 0 that depends on w,
// given as a tensor of its shape, or undefined for the identity. Must not
// change w.
using Scaling =
    std::function<at::Tensor(const std::string& name, const at::Tensor& w)>;

// Each step goes from w along the gradient at w + e, where
//   e = rho * T_w^2 g / (||T_w g||_2 + 1e-12)
// for the gradient g at w and the norm over all parameters together. A zero
// gradient gives e = 0. Parameters without a gradient stay where they are. The
// learning rate is `lr` times the lr_scale of the step. Errors are those of
// making the base optimizer.
absl::StatusOr<std::unique_ptr<Optimizer>> MakeSharpnessAware(
    const BaseOptimizer& base, double lr, double rho, Scaling scaling,
    const OptimizerArgs& args);

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_COMMON_SHARPNESS_AWARE_H_
