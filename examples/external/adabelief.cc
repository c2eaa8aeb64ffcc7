// AdaBelief (Zhuang et al., NeurIPS 2020, arXiv 2010.07468, Algorithm 2): Adam
// whose second moment is that of the gradient's distance from its mean.
// Cost: one forward and one backward pass a step; two copies of the weights.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"
#include "optimizers/optimizer.h"

namespace bigstep {
namespace {

struct AdabeliefOptions {
  double lr = 0;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-12;

  static void Describe(Schema<AdabeliefOptions>& s) {
    s.Summary("Adam, but with the variance of gradients around their mean.")
        .Details(
            "m = beta1 m + (1 - beta1) g, s = beta2 s + (1 - beta2) (g - m)^2 "
            "+ epsilon, w -= lr m' / (sqrt(s') + epsilon), where m' and s' are "
            "m and s divided by 1 - beta^t. Cost: one forward and one backward "
            "pass a step; keeps two copies of the weights.")
        .Paper("Zhuang et al., NeurIPS 2020, arXiv 2010.07468, Algorithm 2");
    s.Field("lr", &AdabeliefOptions::lr)
        .Required()
        .Above(0, /*may_vanish=*/true)
        .Doc("learning rate (eta), per step");
    s.Field("beta1", &AdabeliefOptions::beta1)
        .AtLeast(0)
        .Below(1)
        .Doc("decay of the mean of gradients");
    s.Field("beta2", &AdabeliefOptions::beta2)
        .AtLeast(0)
        .Below(1)
        .Doc("decay of their variance");
    s.Field("epsilon", &AdabeliefOptions::epsilon)
        .Above(0)
        .Doc("added to the variance and to its root");
  }
};

class Adabelief final : public Optimizer {
 public:
  Adabelief(const AdabeliefOptions& options, const OptimizerArgs& args)
      : options_(options),
        parameters_(args.parameters),
        steps_(at::zeros({}, at::kLong)) {
    for (const auto& [name, parameter] : parameters_) {
      const at::Tensor values = parameter.detach();
      means_.emplace_back(absl::StrCat("mean/", name), at::zeros_like(values));
      variances_.emplace_back(absl::StrCat("variance/", name),
                              at::zeros_like(values));
    }
  }

  at::Tensor Step(const GradientFn& gradients, double lr_scale) override {
    at::Tensor loss = gradients();
    const c10::NoGradGuard no_grad;
    steps_.add_(1);
    const auto t = static_cast<double>(steps_.item<int64_t>());
    const double variance_scale = 1 / (1 - std::pow(options_.beta2, t));
    double lr = options_.lr * lr_scale / (1 - std::pow(options_.beta1, t));
    // LibTorch throws where a number does not fit into the tensor's type; such
    // a learning rate diverges.
    if (lr > std::numeric_limits<float>::max()) lr = INFINITY;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      at::Tensor& parameter = parameters_[i].second;
      at::Tensor& mean = means_[i].second;
      at::Tensor& variance = variances_[i].second;
      // The gradient is a handle: it is read, never changed.
      const at::Tensor& gradient = parameter.grad();
      if (!gradient.defined()) continue;
      mean.mul_(options_.beta1).add_(gradient, 1 - options_.beta1);
      const at::Tensor distance = gradient - mean;
      variance.mul_(options_.beta2)
          .addcmul_(distance, distance, 1 - options_.beta2)
          .add_(options_.epsilon);
      const at::Tensor root =
          (variance * variance_scale).sqrt_().add_(options_.epsilon);
      parameter.addcdiv_(mean, root, -lr);
    }
    return loss;
  }

  // All that one step leaves for the next, so that an interrupted training
  // continues to the same bits. The count of steps is a tensor as well.
  NamedTensors State() const override {
    NamedTensors state = means_;
    state.insert(state.end(), variances_.begin(), variances_.end());
    state.emplace_back("steps", steps_);
    return state;
  }

  // The tensors of State() share their storage with the members.
  absl::Status SetState(const NamedTensors& state) override {
    return CopyValues(state, State());
  }

 private:
  AdabeliefOptions options_;
  NamedTensors parameters_;
  NamedTensors means_, variances_;
  at::Tensor steps_;
};

BIGSTEP_REGISTER(Optimizers, "adabelief", Adabelief, AdabeliefOptions);

}  // namespace
}  // namespace bigstep
