// How sparse the last hidden representation is: share of zeros and PQ-Index.
//   Diao et al., ICLR 2023, arXiv:2302.05601, for the index.
#include <ATen/ATen.h>

#include <cstdint>
#include <string>

#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "metrics/outputs/sparsity.h"

namespace bigstep {
namespace {

struct ActivationSparsityOptions : SplitOption, TimingOption {
  double p = 0.5;
  double q = 1;

  static void Describe(Schema<ActivationSparsityOptions>& s) {
    s.Summary("Sparsity of the last hidden representation.")
        .Details(
            "Measured on the representations z [n, D] of a split. zeros: share "
            "of entries that are exactly 0. dead_units: share of the D units "
            "that "
            "are 0 for all n examples. List zeros_by_class: share of zeros "
            "among the examples of each class, null for classes without "
            "examples, left out in a regression. pq_index: the "
            "PQ-Index 1 - (mean |z|^p)^(1/p) / (mean |z|^q)^(1/q) of each "
            "example's representation z, averaged over examples; zero vectors "
            "count as 0. Which p and q the paper under test used is unknown; "
            "the defaults are those of the index's paper. Cost: the shared "
            "forward pass of the split and nothing else.")
        .Paper("arXiv:2302.05601")
        // 2: dead_units. Records of version 1 lack it.
        .Version(2);
    DescribeSplit(s);
    DescribeTiming(s);
    s.Field("p", &ActivationSparsityOptions::p)
        .Above(0)
        .Doc("lower exponent of the PQ-Index");
    s.Field("q", &ActivationSparsityOptions::q)
        .Above(0)
        .Doc("higher exponent of the PQ-Index");
    s.Check([](const ActivationSparsityOptions& o) -> std::string {
      return o.p < o.q ? "" : "p must be less than q";
    });
  }
};

double ShareTrue(const at::Tensor& flags) {
  return static_cast<double>(flags.sum().item<int64_t>()) /
         static_cast<double>(flags.numel());
}

// The share of `zero` [N, D] bool in the rows of each class.
Json ByClass(const at::Tensor& zero, const at::Tensor& labels,
             int64_t num_classes) {
  const at::Tensor zeros =
      at::bincount(labels, zero.sum(1).to(at::kDouble), num_classes).cpu();
  const at::Tensor rows = at::bincount(labels, {}, num_classes).cpu();
  Json shares = Json::array();
  for (int64_t k = 0; k < num_classes; ++k) {
    const auto entries = rows[k].item<double>() * zero.size(1);
    // 0 / 0 for classes without examples.
    shares.push_back(FiniteOrNull(zeros[k].item<double>() / entries));
  }
  return shares;
}

class ActivationSparsity final : public Metric {
 public:
  ActivationSparsity(const ActivationSparsityOptions& options,
                     const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {
        .timing = options_.When(),
        .results = {Titled("activation sparsity",
                           {"zeros", "share of entries that are exactly 0"}),
                    Titled("activation PQ index",
                           {"pq_index", "mean PQ-Index of the examples"}),
                    Titled("dead units",
                           {"dead_units",
                            "share of units that are 0 for all examples", 0, 1,
                            Direction::kNeither})},
        .extra_splits = options_.ExtraSplits(),
        .representation = true,
        .task = Task::kEither};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const outputs,
                     evaluation.Outputs(options_.split));
    ASSIGN_OR_RETURN(const at::Tensor z,
                     evaluation.Representation(options_.split));
    const at::Tensor zero = z.eq(0);
    Json values = {
        {"zeros", ShareTrue(zero)},
        {"pq_index",
         FiniteOrNull(
             PqIndex(z, options_.p, options_.q).mean().item<double>())},
        {"dead_units", ShareTrue(zero.all(0))}};
    if (!evaluation.task().is_regression()) {
      values["zeros_by_class"] =
          ByClass(zero, outputs->labels, evaluation.task().num_classes);
    }
    return values;
  }

 private:
  ActivationSparsityOptions options_;
};

BIGSTEP_REGISTER(Metrics, "activation_sparsity", ActivationSparsity,
                 ActivationSparsityOptions);

}  // namespace
}  // namespace bigstep
