// A linear predictor whose coefficients are products of two weights each: the
// smallest network in which the size of a step decides what is learned.
//   Andriushchenko et al., "SGD with Large Step Sizes Learns Sparse Features",
//   ICML 2023, arXiv:2210.05337, section 3.
#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/generator.h"
#include "base/seed.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct DiagonalLinearOptions {
  std::string init = "normal";
  double scale_u = 0.3;
  double scale_v = 0.3;

  static void Describe(Schema<DiagonalLinearOptions>& s) {
    s.Summary("Linear predictor with coefficients v * u, elementwise.")
        .Details(
            "Output k is sum_j v_kj u_j x_j for an input x, flattened: a "
            "diagonal layer u [1, D], then a linear one v [K, D], without "
            "biases. "
            "The representation is u * x. Weights start as normal numbers "
            "times scale_u and scale_v, or as these numbers themselves "
            "(constant). If both are 0, every gradient is 0.")
        .Paper("arXiv:2210.05337");
    s.Field("init", &DiagonalLinearOptions::init)
        .OneOf({"normal", "constant"})
        .Doc("distribution of initial weights");
    s.Field("scale_u", &DiagonalLinearOptions::scale_u)
        .AtLeast(0)
        .Doc("standard deviation, or value, of initial u");
    s.Field("scale_v", &DiagonalLinearOptions::scale_v)
        .AtLeast(0)
        .Doc("standard deviation, or value, of initial v");
    s.Check([](const DiagonalLinearOptions& o) -> std::string {
      return o.scale_u == 0 && o.scale_v == 0
                 ? "scale_u and scale_v are both 0: every gradient would be 0"
                 : "";
    });
  }
};

class DiagonalLinear final : public Model {
 public:
  DiagonalLinear(const DiagonalLinearOptions& options, const ModelArgs& args) {
    at::Generator generator = MakeGenerator(Seed(args.seed, "model/init"));
    int64_t size = 1;
    for (const int64_t side : args.task.input_shape) size *= side;
    const auto weights = [&](const std::vector<int64_t>& shape, double scale) {
      return options.init == "constant"
                 ? at::full(shape, scale)
                 : at::empty(shape).normal_(0, 1, generator).mul_(scale);
    };
    u_ = register_parameter("u", weights({1, size}, options.scale_u));
    v_ = register_parameter(
        "v", weights({args.task.num_outputs(), size}, options.scale_v));
  }

  ModelOutput Forward(const at::Tensor& inputs) override {
    const at::Tensor scaled = inputs.flatten(1) * u_;
    return {at::linear(scaled, v_), scaled};
  }

 private:
  at::Tensor u_, v_;  // Registered.
};

BIGSTEP_REGISTER(Models, "diagonal_linear", DiagonalLinear,
                 DiagonalLinearOptions);

}  // namespace
}  // namespace bigstep
