// Softmax cross-entropy: -log softmax(logits)[label], with label smoothing if
// wanted (Szegedy et al., CVPR 2016, arXiv:1512.00567, Section 7).
#include <ATen/ATen.h>
#include <ATen/core/Reduction.h>

#include "optimizers/common/softmax_cross_entropy.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

struct CrossEntropyOptions {
  double label_smoothing = 0;

  static void Describe(Schema<CrossEntropyOptions>& s) {
    s.Summary("Softmax cross-entropy.")
        .Details(
            "log(sum_j exp(z_j)) - z_y for logits z and label y. With "
            "label_smoothing s it is the cross-entropy to a target of 1 - s + "
            "s / K for the label and s / K for each of the other K - 1 "
            "classes: PyTorch's definition, in which the label, too, has its "
            "part of s. The least loss is then above 0.")
        .Paper("arXiv:2507.17748; smoothing: arXiv:1512.00567");
    s.Field("label_smoothing", &CrossEntropyOptions::label_smoothing)
        .AtLeast(0)
        .Below(1)
        .Doc("share of the target that is spread over all classes (s)");
  }
};

class CrossEntropy final : public Loss {
 public:
  CrossEntropy(const CrossEntropyOptions& options, const LossArgs&)
      : label_smoothing_(options.label_smoothing) {}

  at::Tensor PerExample(const at::Tensor& logits,
                        const at::Tensor& labels) const override {
    if (label_smoothing_ == 0) return SoftmaxCrossEntropy(logits, labels);
    return at::cross_entropy_loss(logits, labels, /*weight=*/{},
                                  at::Reduction::None, /*ignore_index=*/-100,
                                  label_smoothing_);
  }

  bool HasDirect(c10::Device device) const override {
    return label_smoothing_ == 0 && device.is_cpu();
  }

  WithGradient Direct(const at::Tensor& logits, const at::Tensor& labels,
                      const at::Tensor& weights) const override {
    return DirectSoftmaxCrossEntropy(logits, labels, weights);
  }

 private:
  double label_smoothing_;
};

BIGSTEP_REGISTER(Losses, "cross_entropy", CrossEntropy, CrossEntropyOptions);

}  // namespace
}  // namespace bigstep
