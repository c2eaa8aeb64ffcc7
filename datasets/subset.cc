#include "datasets/subset.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/generator.h"
#include "base/seed.h"
#include "base/status.h"

namespace bigstep {
namespace {

// How many of `all` examples `subset` asks for.
absl::StatusOr<int64_t> SubsetSize(double subset, int64_t all) {
  const double wanted =
      subset <= 1 ? std::round(subset * static_cast<double>(all)) : subset;
  if (wanted != std::floor(wanted)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "dataset.subset: a number of images above 1 must be whole, got ",
        subset));
  }
  if (wanted < 1 || wanted > static_cast<double>(all)) {
    return absl::InvalidArgumentError(
        absl::StrCat("dataset.subset: expected 1 to ", all,
                     " of the training images, got ", wanted));
  }
  return static_cast<int64_t>(wanted);
}

// Positions of the examples of each group, in the order given.
std::map<int64_t, std::vector<int64_t>> ByGroup(const at::Tensor& groups) {
  const at::Tensor on_cpu = groups.cpu().contiguous();
  std::map<int64_t, std::vector<int64_t>> positions;
  for (int64_t i = 0; i < on_cpu.size(0); ++i) {
    positions[on_cpu.data_ptr<int64_t>()[i]].push_back(i);
  }
  return positions;
}

at::Tensor Sorted(std::vector<int64_t> positions) {
  std::sort(positions.begin(), positions.end());
  return at::tensor(positions, at::kLong);
}

// How many examples each group gives, `wanted` of `all`: its share rounded up
// or down at random. Systematic rounding: shares are laid end to end from a
// random start, and a group gives as many as whole numbers lie in its part, so
// that those of adjacent groups are the rounded sum of their shares. In this
// order bias-conflicting groups come first, label by label; the rest is
// shuffled.
std::map<int64_t, int64_t> Quotas(
    const std::map<int64_t, std::vector<int64_t>>& groups, const TaskSpec& task,
    int64_t wanted, int64_t all, at::Generator& generator) {
  const at::Tensor of_labels =
      at::randperm(task.num_classes, generator, at::kLong);
  const at::Tensor of_groups =
      at::randperm(static_cast<int64_t>(groups.size()), generator, at::kLong);
  // (aligned, place of the label, place of the group, group)
  std::vector<std::tuple<bool, int64_t, int64_t, int64_t>> order;
  for (const auto& [group, positions] : groups) {
    const int64_t label = group / task.num_biases;
    order.emplace_back(label == group % task.num_biases,
                       of_labels.data_ptr<int64_t>()[label],
                       of_groups.data_ptr<int64_t>()[order.size()], group);
  }
  std::sort(order.begin(), order.end());
  // In units of 1 / all of an example.
  int64_t sum = at::randint(all, {1}, generator, at::kLong).item<int64_t>();
  int64_t given = 0;
  std::map<int64_t, int64_t> quotas;
  for (const auto& [aligned, of_label, of_group, group] : order) {
    sum += static_cast<int64_t>(groups.at(group).size()) * wanted;
    quotas[group] = sum / all - given;
    given = sum / all;
  }
  return quotas;
}

}  // namespace

absl::StatusOr<at::Tensor> DrawSubset(const Split& split, const TaskSpec& task,
                                      double subset, int64_t seed) {
  const int64_t all = split.size();
  ASSIGN_OR_RETURN(const int64_t wanted, SubsetSize(subset, all));
  if (wanted == all) return at::arange(all, at::kLong);
  const auto groups =
      ByGroup(split.labels * task.num_biases + split.bias_labels);
  at::Generator generator = MakeGenerator(Seed(seed, "dataset/subset"));
  std::vector<int64_t> kept;
  for (const auto& [group, quota] :
       Quotas(groups, task, wanted, all, generator)) {
    const std::vector<int64_t>& positions = groups.at(group);
    const at::Tensor order = at::randperm(
        static_cast<int64_t>(positions.size()), generator, at::kLong);
    for (int64_t i = 0; i < quota; ++i) {
      kept.push_back(positions[order.data_ptr<int64_t>()[i]]);
    }
  }
  return Sorted(std::move(kept));
}

Split SelectExamples(const Split& split, const at::Tensor& indices) {
  Split selected = split;
  for (at::Tensor* tensor :
       {&selected.inputs, &selected.labels, &selected.bias_labels,
        &selected.regression_targets}) {
    if (tensor->defined()) *tensor = tensor->index_select(0, indices);
  }
  return selected;
}

at::Tensor HalfOf(const at::Tensor& groups, int64_t half) {
  const at::Tensor order = std::get<1>(groups.sort(/*stable=*/true, 0, false));
  return std::get<0>(order.slice(0, half, order.size(0), 2).sort());
}

HoldOut HoldOutShare(const at::Tensor& groups, double share) {
  std::vector<int64_t> kept, held_out;
  for (const auto& [group, positions] : ByGroup(groups)) {
    for (size_t i = 0; i < positions.size(); ++i) {
      const auto before = static_cast<double>(i);
      const bool out =
          std::floor((before + 1) * share) > std::floor(before * share);
      (out ? held_out : kept).push_back(positions[i]);
    }
  }
  return {Sorted(std::move(kept)), Sorted(std::move(held_out))};
}

}  // namespace bigstep
