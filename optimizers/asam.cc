// Adaptive sharpness-aware minimization: sam with an ascent that is scaled by
// the size of each weight, so that rescaling weights in ways the network does
// not notice changes nothing.
//   Kwon et al., ICML 2021, arXiv:2102.11600, Algorithm 1.
// Cost: two forward and two backward passes a step; one copy of the weights
// in addition to the state of the base optimizer.
#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "optimizers/common/sharpness_aware.h"

namespace bigstep {
namespace {

struct AsamOptions {
  double lr = 0;
  double rho = 0.5;
  double eta = 0.01;
  std::string scale = "weights";
  BaseOptimizer base;

  static void Describe(Schema<AsamOptions>& s) {
    s.Summary("Adaptive sharpness-aware minimization, scaled by the weights.")
        .Details(
            "e = rho * T^2 g / (||T g||_2 + 1e-12) with the norm over all "
            "parameters together; base then steps from w with the gradient at "
            "w + e, on the same batch. T = |w| + eta for scaled tensors, entry "
            "by entry, and 1 for the others. scale: weights scales the tensors "
            "with 'weight' in their name, as the authors' code does: of linear "
            "layers and convolutions and, although they are vectors near 1, "
            "the gamma of normalization, but no bias; a network without such "
            "a tensor is refused. scale: all with eta: 0 is "
            "e = rho * w^2 g / || |w| g ||_2, the adaptive form of the package "
            "davda54/sam, whose usual rho is 2. The defaults of rho and eta "
            "are those of the authors' code. The reported loss is that at w. A "
            "network with random numbers in its passes (swin_t with "
            "stochastic_depth) draws others at w + e. Cost: two forward and "
            "two backward passes a step; keeps one copy of the weights beside "
            "those of base.")
        .Paper("arXiv:2102.11600");
    s.Field("lr", &AsamOptions::lr)
        .Required()
        .Above(0, /*may_vanish=*/true)
        .Doc("learning rate (alpha) of base, per step");
    s.Field("rho", &AsamOptions::rho)
        .AtLeast(0)
        .Doc("radius of the ascent, in units of the scaled weights");
    s.Field("eta", &AsamOptions::eta)
        .AtLeast(0)
        .Doc("added to |w|, so that small weights move, too");
    s.Field("scale", &AsamOptions::scale)
        .OneOf({"weights", "all"})
        .Doc("the tensors that are scaled: those named weight, or all");
    s.Field("base", &AsamOptions::base)
        .Doc("the optimizer that takes the step, given without lr");
  }
};

class Asam {
 public:
  // InvalidArgument if no parameter would be scaled.
  static absl::StatusOr<std::unique_ptr<Optimizer>> Create(
      const AsamOptions& options, const OptimizerArgs& args) {
    const bool all = options.scale == "all";
    const auto is_scaled = [all](const std::string& name) {
      return all || absl::StrContains(name, "weight");
    };
    std::vector<std::string> names;
    bool any = false;
    for (const auto& [name, w] : args.parameters) {
      names.push_back(name);
      any = any || is_scaled(name);
    }
    if (!any) {
      return absl::InvalidArgumentError(absl::StrCat(
          "scale: weights scales the tensors with 'weight' in their name, but "
          "the network has none (",
          absl::StrJoin(names, ", "), "); use scale: all"));
    }
    const auto scaling = [is_scaled, eta = options.eta](const std::string& name,
                                                        const at::Tensor& w) {
      return is_scaled(name) ? w.abs().add_(eta) : at::Tensor();
    };
    return MakeSharpnessAware(options.base, options.lr, options.rho, scaling,
                              args);
  }
};

BIGSTEP_REGISTER(Optimizers, "asam", Asam, AsamOptions);

}  // namespace
}  // namespace bigstep
