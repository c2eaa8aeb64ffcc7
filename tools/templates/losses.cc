// TODO: what it is, in a sentence or two; the paper and the equation's number.
#include <ATen/ATen.h>

#include "optimizers/loss.h"

namespace bigstep {
namespace {

struct @Class@Options {
  double scale = 1;

  static void Describe(Schema<@Class@Options>& s) {
    s.Summary("TODO: one sentence.")
        .Details("TODO: the formula.")
        .Paper("TODO: arXiv:....");
    s.Field("scale", &@Class@Options::scale)
        .Above(0)
        .Doc("TODO: meaning and symbol");
  }
};

class @Class@ final : public Loss {
 public:
  @Class@(const @Class@Options& options, const LossArgs&) : options_(options) {}

  at::Tensor PerExample(const at::Tensor& logits,
                        const at::Tensor& labels) const override {
    const at::Tensor log_probability =
        at::log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
    return -options_.scale * log_probability;
  }

 private:
  @Class@Options options_;
};

BIGSTEP_REGISTER(Losses, "@name@", @Class@, @Class@Options);

}  // namespace
}  // namespace bigstep
