// How far apart the last hidden representation holds the classes, and how far
// apart the values of the spurious feature.
//   Kornblith et al., NeurIPS 2021, arXiv:2010.16402.
#include <ATen/ATen.h>

#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "metrics/outputs/separation.h"

namespace bigstep {
namespace {

struct ClassSeparationOptions : SplitOption, TimingOption {
  bool absolute = false;

  static void Describe(Schema<ClassSeparationOptions>& s) {
    s.Summary("Class separation R^2 of the last hidden representation.")
        .Details(
            "R^2 = 1 - d_within / d_total of the representations z of a split. "
            "With the cosine distance d(m, n) = 1 - z_m . z_n / (|z_m| |z_n|), "
            "d_within is the mean over classes k of the mean d(m, n) over m, n "
            "in k, and d_total the mean over pairs of classes (j, k), j = k "
            "too, of the mean d(m, n) over m in j and n in k; pairs m = n "
            "count. 0: the classes' mean directions are the same; 1: each "
            "class is one direction of its own. Classes without examples do "
            "not count. A zero vector has cosine 0 with every vector. Null if "
            "fewer than two classes have examples and if d_total < 1e-12 (one "
            "direction for all, up to rounding). bias_r2 is the same with bias "
            "labels for labels, null if num_biases = 1; where label and bias "
            "label are correlated, as in training data, each of the two holds "
            "a part of the other. Cost: the shared forward pass of the split, "
            "and time linear in its size.")
        .Paper("arXiv:2010.16402");
    DescribeSplit(s);
    DescribeTiming(s);
    s.Field("absolute", &ClassSeparationOptions::absolute)
        .Doc(
            "take |z| in place of z, as code of the paper's first author does; "
            "the same where z is the output of a ReLU");
  }
};

class ClassSeparation final : public Metric {
 public:
  ClassSeparation(const ClassSeparationOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    return {
        options_.When(),
        {Titled("class separation", {"r2", "separation of the classes"}),
         Titled("bias separation", {"bias_r2", "separation of the bias labels",
                                    0, 1, Direction::kLower})},
        options_.ExtraSplits(),
        /*representation=*/true};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const outputs,
                     evaluation.Outputs(options_.split));
    ASSIGN_OR_RETURN(at::Tensor z, evaluation.Representation(options_.split));
    if (options_.absolute) z = z.abs();
    const TaskSpec& task = evaluation.task();
    // One bias label is fewer than two classes: null.
    return Json{
        {"r2",
         FiniteOrNull(SeparationR2(z, outputs->labels, task.num_classes))},
        {"bias_r2",
         FiniteOrNull(SeparationR2(z, outputs->bias_labels, task.num_biases))}};
  }

 private:
  ClassSeparationOptions options_;
};

BIGSTEP_REGISTER(Metrics, "class_separation", ClassSeparation,
                 ClassSeparationOptions);

}  // namespace
}  // namespace bigstep
