// Generalized cross-entropy: between cross-entropy and the absolute error, so
// that confident mispredictions do not dominate the gradient of a batch.
//   Zhang and Sabuncu, NeurIPS 2018, arXiv:1805.07836, Equation 6.
#include <ATen/ATen.h>

#include "optimizers/common/softmax_cross_entropy.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

struct GeneralizedCrossEntropyOptions {
  double q = 0.7;

  static void Describe(Schema<GeneralizedCrossEntropyOptions>& s) {
    s.Summary(
         "Cross-entropy whose gradient confident mispredictions do not "
         "dominate.")
        .Details(
            "(1 - p^q) / q, p = softmax(z)_y for logits z and label y: at most "
            "1/q. Its gradient is that of cross_entropy times p^q, so that an "
            "example weighs less the surer the network is of another label. As "
            "q tends to 0 it becomes cross_entropy; q = 1 is half the absolute "
            "error of the probabilities; .7 is the paper's choice. The factor "
            "p^q also makes every step smaller, by up to K^-q for K classes "
            "where the network is undecided.")
        .Paper("arXiv:1805.07836");
    s.Field("q", &GeneralizedCrossEntropyOptions::q)
        .AtLeast(1e-6)
        .AtMost(1)
        .Doc("how much mispredictions are down-weighted");
  }
};

class GeneralizedCrossEntropy final : public Loss {
 public:
  GeneralizedCrossEntropy(const GeneralizedCrossEntropyOptions& options,
                          const LossArgs&)
      : q_(options.q) {}

  at::Tensor PerExample(const at::Tensor& logits,
                        const at::Tensor& labels) const override {
    // -log p is the cross-entropy; expm1 keeps the digits where p is near 1.
    const at::Tensor log_p = -SoftmaxCrossEntropy(logits, labels);
    return -at::expm1(q_ * log_p) / q_;
  }

 private:
  double q_;
};

BIGSTEP_REGISTER(Losses, "generalized_cross_entropy", GeneralizedCrossEntropy,
                 GeneralizedCrossEntropyOptions);

}  // namespace
}  // namespace bigstep
