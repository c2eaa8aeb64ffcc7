// Sharpness-aware minimization: climb to the worst point within radius rho of
// the weights, to first order, and take the gradient there for a step from the
// original weights.
//   Foret et al., ICLR 2021, arXiv:2010.01412, Algorithm 1.
// Cost: two forward and two backward passes a step; one copy of the weights
// in addition to the state of the base optimizer.
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "optimizers/common/sharpness_aware.h"

namespace bigstep {
namespace {

struct SamOptions {
  double lr = 0;
  double rho = 0.05;
  BaseOptimizer base;

  static void Describe(Schema<SamOptions>& s) {
    s.Summary("Sharpness-aware minimization: the gradient is taken uphill.")
        .Details(
            "e = rho * g / (||g||_2 + 1e-12) with the norm over all parameters "
            "together; base then steps from w with the gradient at w + e, on "
            "the same batch. The reported loss is that at w. Penalties of "
            "regularizers are part of both gradients. rho 0 is the base "
            "optimizer at twice the cost, unless the network has random "
            "numbers in its passes (swin_t with stochastic_depth): it draws "
            "others at w + e. Cost: two forward and two backward passes a "
            "step; keeps one copy of the weights beside those of base.")
        .Paper("arXiv:2010.01412");
    s.Field("lr", &SamOptions::lr)
        .Required()
        .Above(0, /*may_vanish=*/true)
        .Doc("learning rate (eta) of base, per step");
    s.Field("rho", &SamOptions::rho)
        .AtLeast(0)
        .Doc("radius of the ascent, in the L2 norm over all parameters");
    s.Field("base", &SamOptions::base)
        .Doc("the optimizer that takes the step, given without lr");
  }
};

class Sam {
 public:
  static absl::StatusOr<std::unique_ptr<Optimizer>> Create(
      const SamOptions& options, const OptimizerArgs& args) {
    const auto identity = [](const std::string&, const at::Tensor&) {
      return at::Tensor();
    };
    return MakeSharpnessAware(options.base, options.lr, options.rho, identity,
                              args);
  }
};

BIGSTEP_REGISTER(Optimizers, "sam", Sam, SamOptions);

}  // namespace
}  // namespace bigstep
