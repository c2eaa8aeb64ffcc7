// Focal loss: cross-entropy times (1 - p)^gamma, p the probability of the
// label, so that examples that are right already count little.
//   Lin et al., ICCV 2017, arXiv:1708.02002, Equation 4 (no alpha).
#include <ATen/ATen.h>

#include <limits>

#include "optimizers/common/softmax_cross_entropy.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

struct FocalOptions {
  double gamma = 2;

  static void Describe(Schema<FocalOptions>& s) {
    s.Summary("Focal loss: cross-entropy with easy examples down-weighted.")
        .Details(
            "-(1 - p)^gamma * log(p), p = softmax(z)_y for logits z and label "
            "y. Classes have no weight alpha. gamma 0 is the loss "
            "cross_entropy; 2 is the paper's choice.")
        .Paper("arXiv:1708.02002");
    s.Field("gamma", &FocalOptions::gamma)
        .AtLeast(0)
        .Doc("how much easy examples are down-weighted");
  }
};

class Focal final : public Loss {
 public:
  Focal(const FocalOptions& options, const LossArgs&) : gamma_(options.gamma) {}

  at::Tensor PerExample(const at::Tensor& logits,
                        const at::Tensor& labels) const override {
    // To the bit, so that a row of a table with gamma 0 is that of the loss
    // cross_entropy.
    if (gamma_ == 0) return SoftmaxCrossEntropy(logits, labels);
    // All follows from m, by which the others together exceed the label:
    // p = sigmoid(-m), 1 - p = sigmoid(m). Logarithms keep value and gradient
    // finite for any m and any gamma, where (1 - p)^gamma has no slope at p = 1
    // for gamma < 1.
    const at::Tensor index = labels.unsqueeze(1);  // [N, 1].
    const at::Tensor others =
        (logits - logits.gather(1, index))
            .scatter(1, index, -std::numeric_limits<double>::infinity());
    const at::Tensor m = others.logsumexp(1);
    return at::exp(gamma_ * at::log_sigmoid(m)) * -at::log_sigmoid(-m);
  }

  bool HasDirect(c10::Device device) const override {
    return gamma_ == 0 && device.is_cpu();
  }

  WithGradient Direct(const at::Tensor& logits, const at::Tensor& labels,
                      const at::Tensor& weights) const override {
    return DirectSoftmaxCrossEntropy(logits, labels, weights);
  }

 private:
  double gamma_;
};

BIGSTEP_REGISTER(Losses, "focal", Focal, FocalOptions);

}  // namespace
}  // namespace bigstep
