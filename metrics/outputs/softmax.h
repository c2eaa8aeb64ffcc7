// Confidence, margin and cross-entropy of each example, in float64 and so that
// neither tiny nor huge values lose their digits.
#ifndef BIGSTEP_METRICS_OUTPUTS_SOFTMAX_H_
#define BIGSTEP_METRICS_OUTPUTS_SOFTMAX_H_

#include <ATen/core/Tensor.h>

namespace bigstep {

// In all of them `logits` z [N, K] are float32, `labels` y [N] int64 in [0, K);
// results are [N] float64.

// max_j softmax(z)_j.
at::Tensor Confidence(const at::Tensor& logits);

// min_{j != y} z_y - z_j: positive where the label alone has the largest logit.
// K >= 2.
at::Tensor Margins(const at::Tensor& logits, const at::Tensor& labels);

// log sum_{j != y} exp(scale (z_j - z_y)): the log odds against the label under
// softmax(scale z). -infinity if K = 1.
at::Tensor LogOddsAgainst(const at::Tensor& logits, const at::Tensor& labels,
                          double scale = 1);

// Softmax cross-entropy log(1 + exp(a)) from the log odds `a` against the
// label. Keeps its relative precision down to exp(-700).
at::Tensor LossAt(const at::Tensor& log_odds_against);

// Its logarithm, of losses too small for float64 as well.
at::Tensor LogLossAt(const at::Tensor& log_odds_against);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_OUTPUTS_SOFTMAX_H_
