// Which examples make up the loss, how confident the network is where it is
// wrong, and how large logits, parameters and gradient are.
//   The mechanism that arXiv:2507.17748 proposes: large learning rates make
//   parameters and logits grow, bias-conflicting examples are then mispredicted
//   with confidence, and their losses dominate.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/status.h"
#include "metrics/finite.h"
#include "metrics/loss/loss_gradient.h"
#include "metrics/metric.h"
#include "metrics/options.h"
#include "metrics/outputs/softmax.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct LossDynamicsOptions : SplitOption, TimingOption {
  LossDynamicsOptions() : SplitOption("train") {}

  double confidence = 0.9;
  int64_t gradient_examples = 1000;

  static void Describe(Schema<LossDynamicsOptions>& s) {
    s.Summary("Which examples dominate the loss, with confidences and norms.")
        .Details(
            "For the softmax cross-entropy losses l_i of the n examples of a "
            "split, whatever loss is trained, in eval mode (code of the "
            "paper's first author measures in train mode, with the statistics "
            "of the batch); C are the bias-conflicting examples, A the "
            "bias-aligned ones. effective_conflicting_share = sum_C l / sum l; "
            "nominal_conflicting_share = |C| / n; loss_ratio = sum_C l / sum_A "
            "l; mean_loss_ratio = mean_C l / mean_A l; loss_entropy = - sum_i "
            "q_i log q_i / log n for q_i = l_i / sum l, 1 if all losses are "
            "equal. The confidence of an example is its largest softmax "
            "probability; an example is a confident misprediction if it is "
            "predicted wrong with at least the confidence of the option. "
            "logit_norm = mean_i |logits_i|, parameter_norm = |w| over all "
            "parameters, gradient_norm = |gradient of the mean loss|, without "
            "penalties, over random examples of the split, the same at each "
            "evaluation; norms are L2. Null: results that need bias labels if "
            "num_biases = 1; quotients by 0, means over no example, entropies "
            "of one example or of losses that are all 0; gradient_norm if "
            "gradient_examples = 0; numbers that are not finite or beyond "
            "1e150. Cost: the shared forward pass of the split, and one "
            "forward and backward pass over gradient_examples: 1000 of them "
            "cost as much as 10 training steps with batches of 100.")
        .Paper("arXiv:2507.17748");
    DescribeSplit(s);
    DescribeTiming(s);
    s.Field("confidence", &LossDynamicsOptions::confidence)
        .AtLeast(0)
        .AtMost(1)
        .Doc("least confidence of a confident misprediction");
    s.Field("gradient_examples", &LossDynamicsOptions::gradient_examples)
        .AtLeast(0)
        .Doc("examples for gradient_norm, all if there are no more; 0: none");
  }
};

// Null if there is none.
Json ShareTrueOrNull(const at::Tensor& flags) {
  return FiniteOrNull(flags.to(at::kDouble).mean().item<double>());
}

// -sum q log q / log n for q = losses / sum, in [0, 1].
Json Entropy(const at::Tensor& losses) {
  const at::Tensor q = losses / losses.sum();
  const double entropy = -at::xlogy(q, q).sum().item<double>() /
                         std::log(static_cast<double>(losses.size(0)));
  // Rounding may lead out of the range; NaN stays NaN.
  return FiniteOrNull(std::clamp(entropy, 0., 1.));
}

double ParameterNorm(const Model& model) {
  const c10::NoGradGuard no_grad;
  double squares = 0;
  for (const auto& [name, parameter] : Parameters(model)) {
    squares += parameter.to(at::kDouble).square().sum().item<double>();
  }
  return std::sqrt(squares);
}

class LossDynamics final : public Metric {
 public:
  LossDynamics(const LossDynamicsOptions& options, const MetricArgs&)
      : options_(options) {}

  MetricTraits Traits() const override {
    const auto share = [](const char* name, const char* doc) {
      return ResultSpec{name, doc, 0, 1, Direction::kNeither};
    };
    const auto positive = [](const char* name, const char* doc) {
      return ResultSpec{name, doc, 0, kInfinity, Direction::kNeither};
    };
    return {
        options_.When(),
        {Titled("loss share of conflicting examples",
                share("effective_conflicting_share",
                      "share of the bias-conflicting examples in the loss")),
         Titled(
             "share of conflicting examples",
             share("nominal_conflicting_share", "their share in the examples")),
         Titled(
             "conflicting to aligned loss",
             positive("loss_ratio",
                      "sum of bias-conflicting losses / sum of aligned ones")),
         Titled("conflicting to aligned mean loss",
                positive("mean_loss_ratio",
                         "mean bias-conflicting loss / mean aligned loss")),
         Titled(
             "loss entropy",
             share("loss_entropy", "how evenly the loss is spread, 1: evenly")),
         Titled("confidence", share("mean_confidence",
                                    "mean of the largest softmax probability")),
         Titled("confident mispredictions",
                {"confident_mispredictions", "share of all examples", 0, 1,
                 Direction::kNeither}),
         Titled("confident mispredictions, conflicting",
                {"confident_mispredictions_conflicting",
                 "share of the bias-conflicting examples", 0, 1,
                 Direction::kNeither}),
         Titled("logit norm",
                positive("logit_norm", "mean L2 norm of the logits")),
         Titled("parameter norm",
                positive("parameter_norm", "L2 norm of all parameters")),
         Titled("gradient norm",
                positive("gradient_norm",
                         "L2 norm of the gradient of the mean loss"))},
        options_.ExtraSplits(),
        /*representation=*/false,
        /*of_training=*/true};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    ASSIGN_OR_RETURN(const SplitOutputs* const outputs,
                     evaluation.Outputs(options_.split));
    Json result = OfLosses(*outputs);
    result.update(OfPredictions(*outputs));
    if (evaluation.task().num_biases == 1) {
      for (const char* name :
           {"effective_conflicting_share", "nominal_conflicting_share",
            "loss_ratio", "mean_loss_ratio",
            "confident_mispredictions_conflicting"}) {
        result[name] = nullptr;
      }
    }
    result["parameter_norm"] = FiniteOrNull(ParameterNorm(evaluation.model()));
    ASSIGN_OR_RETURN(result["gradient_norm"], GradientNorm(evaluation));
    return result;
  }

 private:
  static Json OfLosses(const SplitOutputs& outputs) {
    const at::Tensor losses =
        LossAt(LogOddsAgainst(outputs.logits, outputs.labels));
    const at::Tensor conflicting = outputs.labels.ne(outputs.bias_labels);
    const at::Tensor of_conflicting = losses.masked_select(conflicting);
    const at::Tensor of_aligned = losses.masked_select(~conflicting);
    const auto quotient = [](const at::Tensor& a, const at::Tensor& b) {
      return FiniteOrNull(a.item<double>() / b.item<double>());
    };
    return {
        {"effective_conflicting_share",
         quotient(of_conflicting.sum(), losses.sum())},
        {"nominal_conflicting_share", ShareTrueOrNull(conflicting)},
        {"loss_ratio", quotient(of_conflicting.sum(), of_aligned.sum())},
        {"mean_loss_ratio", quotient(of_conflicting.mean(), of_aligned.mean())},
        {"loss_entropy", Entropy(losses)}};
  }

  Json OfPredictions(const SplitOutputs& outputs) const {
    const at::Tensor confidence = Confidence(outputs.logits);
    const at::Tensor bad = outputs.logits.argmax(1)
                               .ne(outputs.labels)
                               .logical_and(confidence.ge(options_.confidence));
    const at::Tensor conflicting = outputs.labels.ne(outputs.bias_labels);
    const at::Tensor norms = outputs.logits.to(at::kDouble).norm(2, 1);
    return {{"mean_confidence", FiniteOrNull(confidence.mean().item<double>())},
            {"confident_mispredictions", ShareTrueOrNull(bad)},
            {"confident_mispredictions_conflicting",
             ShareTrueOrNull(bad.masked_select(conflicting))},
            {"logit_norm", FiniteOrNull(norms.mean().item<double>())}};
  }

  absl::StatusOr<Json> GradientNorm(Evaluation& evaluation) const {
    if (options_.gradient_examples == 0) return Json();
    ASSIGN_OR_RETURN(
        const at::Tensor positions,
        evaluation.Sample(options_.split, options_.gradient_examples));
    ASSIGN_OR_RETURN(const LossGradient mean,
                     MeanLossGradient(evaluation, options_.split, positions));
    double squares = 0;
    for (const auto& [name, gradient] : mean.gradient) {
      squares += gradient.square().sum().item<double>();
    }
    return FiniteOrNull(std::sqrt(squares));
  }

  LossDynamicsOptions options_;
};

BIGSTEP_REGISTER(Metrics, "loss_dynamics", LossDynamics, LossDynamicsOptions);

}  // namespace
}  // namespace bigstep
