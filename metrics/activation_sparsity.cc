// How sparse the last hidden representation is: share of zeros and PQ-Index.
//   Diao et al., ICLR 2023, arXiv:2302.05601, for the index.
#include <ATen/ATen.h>

#include <string>

#include "base/status.h"
#include "metrics/common/sparsity.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

struct ActivationSparsityOptions {
  double p = 0.5;
  double q = 1;

  static void Describe(Schema<ActivationSparsityOptions>& s) {
    s.Summary("Sparsity of the last hidden representation on the test split.")
        .Details(
            "zeros: share of entries that are exactly 0. pq_index: the "
            "PQ-Index 1 - (mean |z|^p)^(1/p) / (mean |z|^q)^(1/q) of each "
            "example's representation z, averaged over examples; zero vectors "
            "count as 0. Which p and q the paper under test used is unknown; "
            "the defaults are those of the index's paper. Cost: the shared "
            "forward pass.")
        .Paper("arXiv:2302.05601");
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

class ActivationSparsity final : public Metric {
 public:
  ActivationSparsity(const ActivationSparsityOptions& options,
                     const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {Timing::kByStep,
            {{"zeros", "share of entries that are exactly 0"},
             {"pq_index", "mean PQ-Index of the examples"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const test,
                     evaluation.Outputs("test"));
    const at::Tensor& z = test->representation;
    const int64_t zeros = z.eq(0).sum().item<int64_t>();
    return Json{
        {"zeros", static_cast<double>(zeros) / static_cast<double>(z.numel())},
        {"pq_index", PqIndex(z, options_.p, options_.q).mean().item<double>()}};
  }

 private:
  ActivationSparsityOptions options_;
};

BIGSTEP_REGISTER(Metrics, "activation_sparsity", ActivationSparsity,
                 ActivationSparsityOptions);

}  // namespace
}  // namespace bigstep
