// How sparse the outputs of a network's ReLUs are, layer by layer.
//   Andriushchenko et al., "SGD with Large Step Sizes Learns Sparse Features",
//   ICML 2023, arXiv:2210.05337.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/status.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "models/activations.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct ReluSparsityOptions : SplitOption, TimingOption {
  static void Describe(Schema<ReluSparsityOptions>& s) {
    s.Summary("Share of zeros after each ReLU.")
        .Details(
            "The share of a ReLU's outputs that are exactly 0 over the "
            "examples "
            "of a split, before any pooling: first, of the ReLU "
            "nearest to the input; last, of the one nearest to the output; "
            "mean, over all ReLUs, each counted once. List by_relu: each of "
            "them, in the order in which an example passes. Null for a "
            "network without ReLU. The feature sparsity of the paper below "
            "also counts units that are highly correlated as one; this does "
            "not. Cost: a forward pass over the split.")
        .Paper("arXiv:2210.05337");
    DescribeSplit(s);
    DescribeTiming(s);
  }
};

class ReluSparsity final : public Metric {
 public:
  ReluSparsity(const ReluSparsityOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {
        .timing = options_.When(),
        .results = {Titled("sparsity of the first ReLU",
                           {"first", "share of zeros after the first ReLU"}),
                    Titled("sparsity of the last ReLU",
                           {"last", "share of zeros after the last ReLU"}),
                    Titled("sparsity of all ReLUs",
                           {"mean",
                            "share of zeros after a ReLU, mean over ReLUs"})},
        .extra_splits = options_.ExtraSplits(),
        .task = Task::kEither};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const at::Tensor positions,
                     evaluation.Positions(options_.split));
    std::vector<double> zeros, values;  // Of each ReLU.
    const auto add_batch = [&](const EvaluationBatch& batch) {
      const c10::NoGradGuard no_grad;
      size_t relu = 0;
      const ReluWatch watch([&](const at::Tensor& y) {
        if (relu == zeros.size()) {
          zeros.push_back(0);
          values.push_back(0);
        }
        zeros[relu] += y.eq(0).sum().item<double>();
        values[relu] += static_cast<double>(y.numel());
        ++relu;
      });
      evaluation.model().Forward(batch.inputs);
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(
        evaluation.ForEachBatch(options_.split, positions, add_batch));
    if (zeros.empty()) {
      return Json{{"first", nullptr}, {"last", nullptr}, {"mean", nullptr}};
    }
    for (size_t i = 0; i < zeros.size(); ++i) zeros[i] /= values[i];
    const double sum = std::accumulate(zeros.begin(), zeros.end(), 0.0);
    return Json{{"first", zeros.front()},
                {"last", zeros.back()},
                {"mean", sum / static_cast<double>(zeros.size())},
                {"by_relu", zeros}};
  }

 private:
  ReluSparsityOptions options_;
};

BIGSTEP_REGISTER(Metrics, "relu_sparsity", ReluSparsity, ReluSparsityOptions);

}  // namespace
}  // namespace bigstep
