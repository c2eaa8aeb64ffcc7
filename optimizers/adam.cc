// Adam: steps of the size of the learning rate, along a running mean of the
// gradient divided by a running root mean square of it.
//   Kingma and Ba, ICLR 2015, arXiv:1412.6980, Algorithm 1.
// Cost: one forward and one backward pass a step; two copies of the weights.
#include <torch/optim/adam.h>

#include <memory>
#include <tuple>

#include "optimizers/common/libtorch_optimizer.h"

namespace bigstep {
namespace {

struct AdamOptions {
  double lr = 0;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;

  static void Describe(Schema<AdamOptions>& s) {
    s.Summary("Adam: gradients divided by their running root mean square.")
        .Details(
            "m = beta1 * m + (1 - beta1) * g, v = beta2 * v + (1 - beta2) * "
            "g^2, w -= lr * m' / (sqrt(v') + eps), where m' = m / (1 - "
            "beta1^t) and v' = v / (1 - beta2^t) at step t = 1, 2, ... It has "
            "no weight decay: the regularizer l2 gives the coupled form "
            "(PyTorch's weight_decay of Adam), the optimizer adamw the "
            "decoupled one. Cost: one forward and one backward pass a step; "
            "keeps two copies of the weights.")
        .Paper("arXiv:1412.6980");
    s.Field("lr", &AdamOptions::lr)
        .Required()
        .Above(0, /*may_vanish=*/true)
        .Doc("learning rate (alpha), per step");
    s.Field("beta1", &AdamOptions::beta1)
        .AtLeast(0)
        .Below(1)
        .Doc("share of the mean gradient that is kept");
    s.Field("beta2", &AdamOptions::beta2)
        .AtLeast(0)
        .Below(1)
        .Doc("share of the mean squared gradient that is kept");
    s.Field("eps", &AdamOptions::eps)
        .Above(0)
        .Doc("added to the root mean square");
  }
};

class Adam final : public LibtorchOptimizer {
 public:
  Adam(const AdamOptions& options, const OptimizerArgs& args)
      : LibtorchOptimizer(
            std::make_unique<torch::optim::Adam>(
                Tensors(args.parameters),
                torch::optim::AdamOptions(options.lr)
                    .betas(std::make_tuple(options.beta1, options.beta2))
                    .eps(options.eps)),
            options.lr, /*gain=*/1 / (1 - options.beta1)) {}
};

BIGSTEP_REGISTER(Optimizers, "adam", Adam, AdamOptions);

}  // namespace
}  // namespace bigstep
