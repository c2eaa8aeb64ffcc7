// Sum of the L2 norms of the weights that lead into each neuron or filter, as a
// penalty in the loss: drives whole neurons to zero rather than single weights.
//   Yuan and Lin, J. R. Stat. Soc. B 68, 2006, Equation 2.1, in the form of
//   Scardapane et al., arXiv:1607.00485, but without the factors of group size.
#include <ATen/ATen.h>

#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

struct GroupLassoOptions {
  double coefficient = 0;

  static void Describe(Schema<GroupLassoOptions>& s) {
    s.Summary("Sum of the norms of each neuron's weights, added to the loss.")
        .Details(
            "coefficient * sum over rows of ||row||_2, where a row holds the "
            "weights into one output neuron or filter: tensor[i], for every "
            "tensor of two or more dimensions. Vectors (biases, normalization) "
            "are free. The subgradient at a row of zeros is 0. All rows have "
            "the same weight, whatever their length; Yuan and Lin multiply "
            "each norm by the square root of the group's size, which would "
            "weigh wide layers more.")
        .Paper("Yuan and Lin 2006, doi:10.1111/j.1467-9868.2005.00532.x");
    s.Field("coefficient", &GroupLassoOptions::coefficient)
        .Required()
        .AtLeast(0)
        .Doc("strength (lambda)");
  }
};

class GroupLasso final : public Regularizer {
 public:
  GroupLasso(const GroupLassoOptions& options, const RegularizerArgs&)
      : coefficient_(options.coefficient) {}

  at::Tensor Penalty(const NamedTensors& parameters) const override {
    at::Tensor sum = at::zeros({});
    for (const auto& [name, tensor] : parameters) {
      if (tensor.dim() < 2) continue;
      // Its derivative at a row of zeros is 0, which that of a square root is
      // not.
      sum = sum + at::linalg_vector_norm(tensor.flatten(1), 2, {1}).sum();
    }
    return sum * coefficient_;
  }

 private:
  double coefficient_;
};

BIGSTEP_REGISTER(Regularizers, "group_lasso", GroupLasso, GroupLassoOptions);

}  // namespace
}  // namespace bigstep
