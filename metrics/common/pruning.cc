#include "metrics/common/pruning.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <vector>

#include "base/log.h"

namespace bigstep {
namespace {

std::vector<at::Tensor> Weights(const Model& model) {
  std::vector<at::Tensor> weights;
  for (const auto& [name, tensor] : Parameters(model)) {
    if (tensor.dim() > 1) weights.push_back(tensor);
  }
  return weights;
}

}  // namespace

GlobalMagnitudePruner::GlobalMagnitudePruner(const Model& model) {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> flat;
  for (const at::Tensor& weight : Weights(model)) {
    flat.push_back(weight.flatten());
  }
  weights_ = at::cat(flat);
  order_ = std::get<1>(weights_.abs().sort(/*stable=*/true, 0, false));
}

void GlobalMagnitudePruner::Prune(double ratio, Model& copy) const {
  BIGSTEP_CHECK(ratio >= 0 && ratio <= 1) << ratio;
  const c10::NoGradGuard no_grad;
  const int64_t pruned = std::llround(ratio * num_weights());
  at::Tensor rest = weights_.clone();
  rest.index_fill_(0, order_.slice(0, 0, pruned), 0);
  int64_t begin = 0;
  for (const at::Tensor& weight : Weights(copy)) {
    const int64_t end = begin + weight.numel();
    weight.copy_(rest.slice(0, begin, end).view_as(weight));
    begin = end;
  }
}

}  // namespace bigstep
