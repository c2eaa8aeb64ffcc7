// How sparse the weights are by the PQ-Index.
#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "metrics/outputs/sparsity.h"
#include "metrics/weights/weight_matrices.h"

namespace bigstep {
namespace {

struct PqIndexOptions : TimingOption {
  double p = 0.5;
  double q = 1;

  static void Describe(Schema<PqIndexOptions>& s) {
    s.Summary("PQ-Index of the weights.")
        .Details(
            "I(w) = 1 - (mean |w|^p)^(1/p) / (mean |w|^q)^(1/q), 0 where all "
            "magnitudes are equal and for a zero vector, larger for sparser "
            "vectors, free of scale. neuron: of each row of a weight tensor "
            "(two or more dimensions, as a matrix [outputs, rest]), mean over "
            "rows, then over tensors. layer: of each tensor, mean over "
            "tensors. global: of all weights as one vector. List: layers. "
            "Which p and q the paper under test used is unknown; the defaults "
            "are those of the index's paper. A result that an infinite weight "
            "leaves undefined "
            "is null. Cost: two powers of every weight, "
            "about a training step.")
        .Paper("arXiv:2302.05601");
    s.Field("p", &PqIndexOptions::p).Above(0).Doc("lower exponent");
    s.Field("q", &PqIndexOptions::q).Above(0).Doc("higher exponent");
    s.Check([](const PqIndexOptions& o) -> std::string {
      return o.p < o.q ? "" : "p must be less than q";
    });
    DescribeTiming(s);
  }
};

class PqIndexOfWeights final : public Metric {
 public:
  PqIndexOfWeights(const PqIndexOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {
        .timing = options_.When(),
        .results = {Titled(
                        "weight PQ index by neuron",
                        {"neuron",
                         "mean over the rows of a tensor, then over tensors"}),
                    Titled("weight PQ index by layer",
                           {"layer", "mean over weight tensors"}),
                    Titled("weight PQ index",
                           {"global", "all weights as one vector"})},
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
    double neuron = 0;
    for (const at::Tensor& matrix : matrices) {
      flat.push_back(matrix.flatten());
      layers.push_back(Of(matrix.view({1, -1})));
      neuron += Of(matrix);
    }
    const auto count = static_cast<double>(matrices.size());
    Json of_layers = Json::array();
    for (const double layer : layers) of_layers.push_back(FiniteOrNull(layer));
    return Json{
        {"neuron", FiniteOrNull(neuron / count)},
        {"layer", FiniteOrNull(at::tensor(layers).mean().item<double>())},
        {"global", FiniteOrNull(Of(at::cat(flat).unsqueeze(0)))},
        {"layers", of_layers}};
  }

 private:
  // Mean over rows.
  double Of(const at::Tensor& rows) const {
    return PqIndex(rows, options_.p, options_.q).mean().item<double>();
  }

  PqIndexOptions options_;
};

BIGSTEP_REGISTER(Metrics, "pq_index", PqIndexOfWeights, PqIndexOptions);

}  // namespace
}  // namespace bigstep
