// How far single units of the last hidden representation respond to one class,
// and to one value of the spurious feature.
//   Morcos et al., ICLR 2018, arXiv:1803.06959; on magnitudes and with bias
//   labels: code of Barsbey et al., arXiv:2507.17725.
#include <ATen/ATen.h>

#include <limits>

#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "metrics/outputs/selectivity.h"

namespace bigstep {
namespace {

struct ClassSelectivityOptions : SplitOption, TimingOption {
  static void Describe(Schema<ClassSelectivityOptions>& s) {
    s.Summary("Selectivity of single units for classes and for bias labels.")
        .Details(
            "With the mean m_k of |z| of a unit over the examples of class k, "
            "its class-selectivity index is (max - r) / (max + r + 1e-6), "
            "where max is the largest m_k and r the mean of the others. "
            "0: the unit responds to all classes alike; 1: to one alone. "
            "class_index is its mean over the units of the last hidden "
            "representation whose index is not 0: dead units, which have index "
            "0, are left out. bias_index is the same with bias labels for "
            "labels. class_dominant is the share of active units, those not 0 "
            "on every example of the split, whose class index exceeds their "
            "bias index. Where label and bias label are correlated, as in "
            "training data, each of the two indices holds a part of the other: "
            "read them on an unbiased split. Classes without examples do not "
            "count. bias_index and class_dominant are null if num_biases = 1; "
            "an index is null if fewer than two classes have examples, if all "
            "units have index 0 and if a unit overflows. Cost: the shared "
            "forward pass of the split, and time linear in its size.")
        .Paper("arXiv:1803.06959, arXiv:2507.17725");
    DescribeSplit(s);
    DescribeTiming(s);
  }
};

// The mean of what is not 0 in `index` [D] float64; NaN if everything is, and
// if anything is NaN.
double MeanOfSelective(const at::Tensor& index) {
  return index.masked_select(index.ne(0)).mean().item<double>();
}

// The share of the units of `z` [N, D] that are not 0 everywhere whose
// `class_index` [D] exceeds their `bias_index` [D].
double ClassDominant(const at::Tensor& z, const at::Tensor& class_index,
                     const at::Tensor& bias_index) {
  if (class_index.isnan().any().item<bool>() ||
      bias_index.isnan().any().item<bool>()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const at::Tensor active = z.ne(0).any(0).cpu();
  // 1e-12: equal indices may differ by rounding.
  const at::Tensor dominant = (class_index - bias_index).gt(1e-12);
  return dominant.logical_and(active).sum().item<double>() /
         active.sum().item<double>();
}

class ClassSelectivity final : public Metric {
 public:
  ClassSelectivity(const ClassSelectivityOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {
        options_.When(),
        {Titled("class selectivity",
                {"class_index", "mean class-selectivity index of the units"}),
         Titled("bias selectivity",
                {"bias_index", "the same of the bias labels", 0, 1,
                 Direction::kLower}),
         Titled("units more selective for the class",
                {"class_dominant",
                 "share of active units that are more selective for the class "
                 "than for the bias label"})},
        options_.ExtraSplits(),
        /*representation=*/true};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const outputs,
                     evaluation.Outputs(options_.split));
    ASSIGN_OR_RETURN(const at::Tensor z,
                     evaluation.Representation(options_.split));
    const TaskSpec& task = evaluation.task();
    const at::Tensor class_index =
        SelectivityIndex(z, outputs->labels, task.num_classes);
    // One bias label is fewer than two classes: null.
    const at::Tensor bias_index =
        SelectivityIndex(z, outputs->bias_labels, task.num_biases);
    return Json{{"class_index", FiniteOrNull(MeanOfSelective(class_index))},
                {"bias_index", FiniteOrNull(MeanOfSelective(bias_index))},
                {"class_dominant",
                 FiniteOrNull(ClassDominant(z, class_index, bias_index))}};
  }

 private:
  ClassSelectivityOptions options_;
};

BIGSTEP_REGISTER(Metrics, "class_selectivity", ClassSelectivity,
                 ClassSelectivityOptions);

}  // namespace
}  // namespace bigstep
