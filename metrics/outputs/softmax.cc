#include "metrics/outputs/softmax.h"

#include <ATen/ATen.h>

#include <limits>

namespace bigstep {
namespace {

// z_j - z_y [N, K] float64; -infinity for j = y, which does not count.
at::Tensor LogitsAgainst(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor z = logits.to(at::kDouble);
  const at::Tensor column = labels.unsqueeze(1);
  return (z - z.gather(1, column))
      .scatter(1, column, -std::numeric_limits<double>::infinity());
}

}  // namespace

at::Tensor Confidence(const at::Tensor& logits) {
  return std::get<0>(at::softmax(logits, 1, at::kDouble).max(1));
}

at::Tensor Margins(const at::Tensor& logits, const at::Tensor& labels) {
  return -std::get<0>(LogitsAgainst(logits, labels).max(1));
}

at::Tensor LogOddsAgainst(const at::Tensor& logits, const at::Tensor& labels,
                          double scale) {
  return (scale * LogitsAgainst(logits, labels)).logsumexp(1);
}

at::Tensor LossAt(const at::Tensor& a) {
  // exp of a negative number never overflows.
  return a.clamp_min(0) + a.abs().neg().exp().log1p();
}

at::Tensor LogLossAt(const at::Tensor& a) {
  // log(log(1 + e^a)) = a - e^a / 2 + ...: below -37, e^a is less than the
  // last bit of a.
  return at::where(a.lt(-37), a, LossAt(a).log());
}

}  // namespace bigstep
