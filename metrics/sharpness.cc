// How sharply the training loss curves where training ended.
//   Cohen et al., ICLR 2021, arXiv:2103.00065: with gradient descent it rises
//   to 2 / learning rate. Yao et al., arXiv:1912.07145: power iteration for it.
#include <ATen/ATen.h>

#include <cmath>

#include "base/generator.h"
#include "base/seed.h"
#include "base/status.h"
#include "metrics/loss/hessian.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct SharpnessOptions : SplitOption, TimingOption {
  SharpnessOptions() : SplitOption("train"), TimingOption("at_end") {}

  int64_t examples = 1000;
  int64_t iterations = 100;
  double tolerance = 0.001;

  static void Describe(Schema<SharpnessOptions>& s) {
    s.Summary("Largest eigenvalue of the Hessian of the loss.")
        .Details(
            "hessian_max_eigenvalue: of the Hessian of the mean cross-entropy, "
            "without penalties, over random examples of the split, with "
            "respect to all parameters, in eval mode, by power iteration on "
            "Hessian-vector products. Where the eigenvalue of largest "
            "magnitude is negative, it is shifted away first, so that the "
            "largest one is found. residual: ||H v - lambda v|| / |lambda| of "
            "the vector found, null if lambda = 0; a large one means too few "
            "iterations. products: Hessian-vector products used. Neither "
            "direction counts as better: whether flat minima generalize better "
            "is disputed. Cost: each product costs about three training steps "
            "for every 100 examples; with the defaults some 300 to 3000 steps "
            "of batch 100.")
        .Paper("arXiv:2103.00065");
    s.Field("examples", &SharpnessOptions::examples)
        .AtLeast(1)
        .Doc("random examples of the split that are used, at most");
    s.Field("iterations", &SharpnessOptions::iterations)
        .AtLeast(2)
        .Doc("products at most, twice as many if a shift is needed");
    s.Field("tolerance", &SharpnessOptions::tolerance)
        .Above(0)
        .Doc("relative change of the eigenvalue at which iteration ends");
    DescribeSplit(s);
    DescribeTiming(s);
  }
};

class Sharpness final : public Metric {
 public:
  Sharpness(const SharpnessOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {options_.When(),
            {Titled("sharpness", {"hessian_max_eigenvalue",
                                  "largest eigenvalue of the Hessian",
                                  -kInfinity, kInfinity, Direction::kNeither}),
             Titled("sharpness residual",
                    {"residual", "relative residual of the eigenvector", 0,
                     kInfinity, Direction::kLower}),
             Titled("Hessian-vector products",
                    {"products", "Hessian-vector products used", 1, kInfinity,
                     Direction::kNeither})},
            options_.ExtraSplits()};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const at::Tensor positions,
                     evaluation.Sample(options_.split, options_.examples));
    int64_t n = 0;
    for (const at::Tensor& parameter : evaluation.model().parameters()) {
      n += parameter.numel();
    }
    // The same for each trial: where it starts hardly matters.
    at::Generator generator = MakeGenerator(Seed(0, "metrics/sharpness"));
    const at::Tensor start = at::empty({n}, at::kDouble)
                                 .normal_(0, 1, generator)
                                 .to(positions.device());
    ASSIGN_OR_RETURN(
        const TopEigenvalue top,
        LargestEigenvalue(LossHessian(evaluation, options_.split, positions),
                          start, options_.tolerance, options_.iterations));
    Json values = {{"hessian_max_eigenvalue", nullptr},
                   {"residual", nullptr},
                   {"products", top.products}};
    if (!std::isfinite(top.value)) return values;
    values["hessian_max_eigenvalue"] = top.value;
    if (top.value != 0) values["residual"] = top.residual / std::abs(top.value);
    return values;
  }

 private:
  SharpnessOptions options_;
};

BIGSTEP_REGISTER(Metrics, "sharpness", Sharpness, SharpnessOptions);

}  // namespace
}  // namespace bigstep
