// How well the weights are approximated by their largest entries alone.
#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "metrics/weights/weight_matrices.h"

namespace bigstep {
namespace {

struct ParameterCompressibilityOptions : TimingOption {
  double kappa = 0.1;

  static void Describe(Schema<ParameterCompressibilityOptions>& s) {
    s.Summary("How closely the largest weights approximate all weights.")
        .Details(
            "C(w) = 1 - ||w - top(w)||_2 / ||w||_2 of a vector w with d "
            "entries, where top keeps the d - floor((1 - kappa) d) entries of "
            "largest magnitude and sets the others to 0: 1 if they hold all "
            "of it, 1 - sqrt(1 - kappa) if all magnitudes are equal. A zero "
            "vector has 1, as nothing is lost. network: all weight tensors "
            "(two or more dimensions) as one vector. layer: mean over the "
            "tensors. row: mean over the rows (neurons, filters) of a tensor, "
            "then over tensors. List: layers. The form that the first author's "
            "related code tracks, after the relative approximation error of "
            "compressible vectors. A result that an infinite weight leaves "
            "undefined "
            "is null. Cost: sorting the weights, less than a "
            "training step for small networks.")
        .Paper("arXiv:2106.03795");
    s.Field("kappa", &ParameterCompressibilityOptions::kappa)
        .Above(0)
        .AtMost(1)
        .Doc("share of the entries that are kept; 0.1 is 90 % pruned");
    DescribeTiming(s);
  }
};

// C of each row of `x` [N, d], [N] float64.
at::Tensor Compressibility(const at::Tensor& x, double kappa) {
  const int64_t d = x.size(1);
  // 1e-9: (1 - 0.9) * 10 must not come out as 0.99999...
  const auto dropped = static_cast<int64_t>(
      std::floor((1 - kappa) * static_cast<double>(d) + 1e-9));
  const at::Tensor squares = std::get<0>(x.square().sort(1));
  const at::Tensor total = squares.sum(1);
  const at::Tensor lost = squares.slice(1, 0, dropped).sum(1);
  const at::Tensor share = lost / total.masked_fill(total.eq(0), 1);
  // NaN where a weight is infinite.
  return 1 - share.sqrt() + total * 0;
}

class ParameterCompressibility final : public Metric {
 public:
  ParameterCompressibility(const ParameterCompressibilityOptions& options,
                           const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {
        .timing = options_.When(),
        .results = {Titled("weight compressibility of the network",
                           {"network", "all weights as one vector"}),
                    Titled("weight compressibility by layer",
                           {"layer", "mean over weight tensors"}),
                    Titled(
                        "weight compressibility by row",
                        {"row",
                         "mean over the rows of a tensor, then over tensors"})},
        .task = Task::kEither};
  }

  absl::Status CheckModel(const Model& model) const override {
    return CheckWeightMatrices(model);
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const std::vector<at::Tensor> matrices,
                     WeightMatrices(evaluation.model()));
    std::vector<at::Tensor> flat;
    std::vector<double> layers;
    double row = 0;
    for (const at::Tensor& matrix : matrices) {
      flat.push_back(matrix.flatten());
      layers.push_back(Of(matrix.view({1, -1})));
      row += Of(matrix);
    }
    const auto count = static_cast<double>(matrices.size());
    Json of_layers = Json::array();
    for (const double layer : layers) of_layers.push_back(FiniteOrNull(layer));
    return Json{
        {"network", FiniteOrNull(Of(at::cat(flat).unsqueeze(0)))},
        {"layer", FiniteOrNull(at::tensor(layers).mean().item<double>())},
        {"row", FiniteOrNull(row / count)},
        {"layers", of_layers}};
  }

 private:
  // Mean over rows.
  double Of(const at::Tensor& rows) const {
    return Compressibility(rows, options_.kappa).mean().item<double>();
  }

  ParameterCompressibilityOptions options_;
};

BIGSTEP_REGISTER(Metrics, "parameter_compressibility", ParameterCompressibility,
                 ParameterCompressibilityOptions);

}  // namespace
}  // namespace bigstep
