// Softmax cross-entropy: -log softmax(logits)[label].
#include <ATen/ATen.h>
#include <ATen/core/Reduction.h>

#include "optimizers/loss.h"

namespace bigstep {
namespace {

struct CrossEntropyOptions {
  static void Describe(Schema<CrossEntropyOptions>& s) {
    s.Summary("Softmax cross-entropy.")
        .Details("log(sum_j exp(z_j)) - z_y for logits z and label y.")
        .Paper("arXiv:2507.17748");
  }
};

class CrossEntropy final : public Loss {
 public:
  CrossEntropy(const CrossEntropyOptions&, const LossArgs&) {}

  at::Tensor PerExample(const at::Tensor& logits,
                        const at::Tensor& labels) const override {
    return at::cross_entropy_loss(logits, labels, /*weight=*/{},
                                  at::Reduction::None);
  }
};

BIGSTEP_REGISTER(Losses, "cross_entropy", CrossEntropy, CrossEntropyOptions);

}  // namespace
}  // namespace bigstep
