// Adam with decoupled weight decay: the weights shrink by a share of their own
// beside Adam's step, which does not see the decay.
//   Loshchilov and Hutter, ICLR 2019, arXiv:1711.05101, Algorithm 2, with the
//   decay multiplied by the learning rate as in PyTorch.
// Cost: one forward and one backward pass a step; two copies of the weights.
#include <torch/optim/adamw.h>

#include <algorithm>
#include <memory>
#include <tuple>

#include "optimizers/common/libtorch_optimizer.h"

namespace bigstep {
namespace {

struct AdamwOptions {
  double lr = 0;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0.01;

  static void Describe(Schema<AdamwOptions>& s) {
    s.Summary("Adam with decoupled weight decay.")
        .Details(
            "w -= lr * weight_decay * w, then the step of adam, whose gradient "
            "does not include the decay; a schedule scales lr in both. All "
            "parameters decay, biases and normalization included. This is not "
            "the regularizer l2, a penalty in the loss, whose gradient adam "
            "divides by its root mean square like any other: adam with l2 is "
            "the coupled form. The default of weight_decay is PyTorch's. Cost: "
            "one forward and one backward pass a step; keeps two copies of the "
            "weights.")
        .Paper("arXiv:1711.05101");
    s.Field("lr", &AdamwOptions::lr)
        .Required()
        .Above(0, /*may_vanish=*/true)
        .Doc("learning rate (alpha), per step");
    s.Field("beta1", &AdamwOptions::beta1)
        .AtLeast(0)
        .Below(1)
        .Doc("share of the mean gradient that is kept");
    s.Field("beta2", &AdamwOptions::beta2)
        .AtLeast(0)
        .Below(1)
        .Doc("share of the mean squared gradient that is kept");
    s.Field("eps", &AdamwOptions::eps)
        .Above(0)
        .Doc("added to the root mean square");
    s.Field("weight_decay", &AdamwOptions::weight_decay)
        .AtLeast(0)
        .Doc("decoupled decay (lambda): a step shrinks w by lr * weight_decay");
  }
};

class Adamw final : public LibtorchOptimizer {
 public:
  Adamw(const AdamwOptions& options, const OptimizerArgs& args)
      : LibtorchOptimizer(
            std::make_unique<torch::optim::AdamW>(
                Tensors(args.parameters),
                torch::optim::AdamWOptions(options.lr)
                    .betas(std::make_tuple(options.beta1, options.beta2))
                    .eps(options.eps)
                    .weight_decay(options.weight_decay)),
            options.lr,
            /*gain=*/
            std::max(1 / (1 - options.beta1), options.weight_decay)) {}
};

BIGSTEP_REGISTER(Optimizers, "adamw", Adamw, AdamwOptions);

}  // namespace
}  // namespace bigstep
