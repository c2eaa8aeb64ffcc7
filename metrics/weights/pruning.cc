#include "metrics/weights/pruning.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "models/model.h"

namespace bigstep {
namespace {

std::vector<at::Tensor> Weights(const Model& model) {
  std::vector<at::Tensor> weights;
  for (const auto& [name, tensor] : Parameters(model)) {
    if (tensor.dim() > 1) weights.push_back(tensor);
  }
  return weights;
}

// How much each unit of `matrix` [O, R] counts: [O, R], [O, 1] or [1, R]. Norms
// are float64: squares of float32 may overflow or vanish.
at::Tensor Scores(const at::Tensor& matrix, PruningMethod method) {
  switch (method) {
    case PruningMethod::kFilter:
      return matrix.to(at::kDouble).norm(2, 1, /*keepdim=*/true);
    case PruningMethod::kColumn:
      return matrix.to(at::kDouble).norm(2, 0, /*keepdim=*/true);
    default:
      return matrix.abs();
  }
}

// The place of each of `scores` [n] by rising value, [n] int64.
at::Tensor Ranks(const at::Tensor& scores) {
  const at::Tensor order =
      std::get<1>(scores.sort(/*stable=*/true, 0, /*descending=*/false));
  at::Tensor ranks = at::empty_like(order);
  ranks.scatter_(0, order, at::arange(order.numel(), order.options()));
  return ranks;
}

// Whether the options leave weight tensor `i` of `count` unchanged.
bool Stays(size_t i, size_t count, const PruningOptions& options) {
  const bool last = i + 1 == count;
  return (options.exclude_first && i == 0) ||
         (last &&
          (options.exclude_last || options.method == PruningMethod::kFilter));
}

}  // namespace

absl::Status Pruner::Check(const Model& model, const PruningOptions& options) {
  const size_t count = Weights(model).size();
  for (size_t i = 0; i < count; ++i) {
    if (!Stays(i, count, options)) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "nothing to prune: the model has ", count,
      count == 1 ? " weight tensor" : " weight tensors",
      " (two or more dimensions), and the first and last ones may be left out "
      "by exclude_first, exclude_last and method filter"));
}

absl::StatusOr<Pruner> Pruner::Create(const Model& model,
                                      const PruningOptions& options) {
  RETURN_IF_ERROR(Check(model, options));
  const c10::NoGradGuard no_grad;
  const std::vector<at::Tensor> weights = Weights(model);
  Pruner pruner;
  std::vector<at::Tensor> scores;  // Undefined for a tensor that stays.
  for (size_t i = 0; i < weights.size(); ++i) {
    Layer layer;
    layer.weight = weights[i].detach().clone();
    layer.matrix = layer.weight.flatten(1);
    layer.centre = options.centred ? layer.matrix.median()
                                   : at::zeros({}, layer.matrix.options());
    scores.push_back(Stays(i, weights.size(), options)
                         ? at::Tensor()
                         : Scores(layer.matrix - layer.centre, options.method));
    pruner.layers_.push_back(std::move(layer));
  }
  if (options.method == PruningMethod::kGlobal) {
    pruner.RankTogether(scores);
  } else {
    pruner.RankApart(scores);
  }
  return pruner;
}

void Pruner::RankTogether(const std::vector<at::Tensor>& scores) {
  std::vector<at::Tensor> flat;
  for (const at::Tensor& score : scores) {
    if (score.defined()) flat.push_back(score.flatten());
  }
  const at::Tensor ranks = Ranks(at::cat(flat));
  int64_t begin = 0;
  for (size_t i = 0; i < layers_.size(); ++i) {
    if (!scores[i].defined()) continue;
    const int64_t end = begin + scores[i].numel();
    layers_[i].rank = ranks.slice(0, begin, end).view_as(scores[i]);
    layers_[i].units = ranks.numel();
    begin = end;
  }
}

void Pruner::RankApart(const std::vector<at::Tensor>& scores) {
  for (size_t i = 0; i < layers_.size(); ++i) {
    if (!scores[i].defined()) continue;
    layers_[i].rank = Ranks(scores[i].flatten()).view_as(scores[i]);
    layers_[i].units = scores[i].numel();
  }
}

void Pruner::Prune(double ratio, Model& copy) const {
  BIGSTEP_CHECK(ratio >= 0 && ratio <= 1) << ratio;
  const c10::NoGradGuard no_grad;
  const std::vector<at::Tensor> weights = Weights(copy);
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    at::Tensor kept = layer.matrix;
    if (layer.rank.defined()) {
      const int64_t pruned =
          std::llround(ratio * static_cast<double>(layer.units));
      kept = at::where(layer.rank.lt(pruned), layer.centre, layer.matrix);
    }
    weights[i].copy_(kept.view_as(layer.weight));
  }
}

}  // namespace bigstep
