// A toy to start from. Say here what the plugin is, in a sentence or two a
// newcomer understands, with the paper and the number of its equation.
#include <ATen/ATen.h>

#include "optimizers/loss.h"

namespace bigstep {
namespace {

struct ToyOptions {
  double scale = 1;

  static void Describe(Schema<ToyOptions>& s) {
    s.Summary("A toy to start from: scaled cross-entropy.")
        .Details(
            "scale * (log(sum_j exp(z_j)) - z_y) for logits z and label y.")
        .Paper("none");
    s.Field("scale", &ToyOptions::scale).Above(0).Doc("factor of the loss");
  }
};

class Toy final : public Loss {
 public:
  Toy(const ToyOptions& options, const LossArgs&) : options_(options) {}

  at::Tensor PerExample(const at::Tensor& logits,
                        const at::Tensor& labels) const override {
    const at::Tensor log_probability =
        at::log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
    return -options_.scale * log_probability;
  }

 private:
  ToyOptions options_;
};

BIGSTEP_REGISTER(Losses, "toy", Toy, ToyOptions);

}  // namespace
}  // namespace bigstep
