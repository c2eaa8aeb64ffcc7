// How many directions the weights and the representation really use.
//   Effective rank: Roy and Vetterli, EUSIPCO 2007. Stable rank: Rudelson and
//   Vershynin, Journal of the ACM 54, 2007.
#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "base/status.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "metrics/weights/ranks.h"
#include "metrics/weights/weight_matrices.h"

namespace bigstep {
namespace {

struct WeightRankOptions : SplitOption, TimingOption {
  WeightRankOptions() : TimingOption("at_end") {}

  static void Describe(Schema<WeightRankOptions>& s) {
    s.Summary("Effective and stable rank of weights and representation.")
        .Details(
            "Effective rank: exp(-sum p_i log p_i) with p_i = s_i / sum s, s_i "
            "the singular values of a matrix; stable rank: "
            "sum s_i^2 / max s_i^2; both 0 for a zero matrix, null if a weight "
            "is infinite. effective, "
            "stable: of each weight tensor (two or more dimensions) as a "
            "matrix [outputs, rest], divided by min(outputs, rest), mean over "
            "tensors. representation_effective, representation_stable: of the "
            "representations of the split's examples [N, D], their mean "
            "subtracted, divided by min(N, D). Lists: effective_ranks, "
            "stable_ranks (of each tensor, not divided). Cost: a singular "
            "value decomposition of each tensor and, for N examples of D "
            "units, N D^2 multiplications; some hundred training steps for "
            "networks of a million weights.")
        .Paper("Roy and Vetterli, EUSIPCO 2007");
    DescribeSplit(s);
    DescribeTiming(s);
  }
};

class WeightRank final : public Metric {
 public:
  WeightRank(const WeightRankOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    const auto lower = [](const char* name, const char* doc,
                          const char* title) {
      return ResultSpec{name, doc, 0, 1, Direction::kLower, title};
    };
    return {
        .timing = options_.When(),
        .results = {lower("effective",
                          "mean relative effective rank of the weights",
                          "effective rank of weights"),
                    lower("stable", "mean relative stable rank of the weights",
                          "stable rank of weights"),
                    lower("representation_effective",
                          "relative effective rank of the representation",
                          "effective rank of the representation"),
                    lower("representation_stable",
                          "relative stable rank of the representation",
                          "stable rank of the representation")},
        .extra_splits = options_.ExtraSplits(),
        .representation = true,
        .task = Task::kEither};
  }

  absl::Status CheckModel(const Model& model) const override {
    return CheckWeightMatrices(model);
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const std::vector<at::Tensor> matrices,
                     WeightMatrices(evaluation.model()));
    Json values = OfWeights(matrices);
    ASSIGN_OR_RETURN(at::Tensor z, evaluation.Representation(options_.split));
    z = z.to(at::kCPU, at::kDouble);
    // The first row goes first: equal rows are then exactly 0.
    z = z - z[0];
    z = z - z.mean(0);
    values["representation_effective"] = nullptr;
    values["representation_stable"] = nullptr;
    if (!AllFinite(z)) return values;
    const Ranks of_z = RanksOf(SingularValues(z));
    values["representation_effective"] = Relative(of_z.effective, z);
    values["representation_stable"] = Relative(of_z.stable, z);
    return values;
  }

 private:
  // Decompositions of matrices with NaN or infinity throw.
  static bool AllFinite(const at::Tensor& matrix) {
    return at::isfinite(matrix).all().item<bool>();
  }

  static Json OfWeights(const std::vector<at::Tensor>& matrices) {
    std::vector<double> effective, stable;
    double relative_effective = 0, relative_stable = 0;
    for (const at::Tensor& matrix : matrices) {
      if (!AllFinite(matrix)) {
        return {{"effective", nullptr}, {"stable", nullptr}};
      }
      const Ranks ranks = RanksOf(SingularValues(matrix));
      effective.push_back(ranks.effective);
      stable.push_back(ranks.stable);
      relative_effective += Relative(ranks.effective, matrix);
      relative_stable += Relative(ranks.stable, matrix);
    }
    const auto count = static_cast<double>(matrices.size());
    return {{"effective", relative_effective / count},
            {"stable", relative_stable / count},
            {"effective_ranks", effective},
            {"stable_ranks", stable}};
  }

  // A rank in relation to the largest that the matrix may have; rounding may
  // leave a full rank just above it.
  static double Relative(double rank, const at::Tensor& matrix) {
    const double most =
        static_cast<double>(std::min(matrix.size(0), matrix.size(1)));
    return rank > most ? 1 : rank / most;
  }

  WeightRankOptions options_;
};

BIGSTEP_REGISTER(Metrics, "weight_rank", WeightRank, WeightRankOptions);

}  // namespace
}  // namespace bigstep
