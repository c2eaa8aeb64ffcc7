#include "datasets/data_counts.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

constexpr int64_t kMaxGroups = 1000;

std::vector<std::string> NamesOr(std::vector<std::string> names,
                                 int64_t count) {
  for (int64_t i = static_cast<int64_t>(names.size()); i < count; ++i) {
    names.push_back(absl::StrCat(i));
  }
  return names;
}

Json CountSplit(const std::string& name, const Split& split,
                const TaskSpec& task, bool groups) {
  const at::Tensor labels = split.labels.cpu();
  const at::Tensor bias_labels = split.bias_labels.cpu();
  Json json = {{"name", name}, {"examples", split.size()}};
  if (task.num_biases > 1) {
    json["bias_conflicting"] = labels.ne(bias_labels).sum().item<int64_t>();
  }
  if (!groups) return json;
  const at::Tensor counts =
      at::bincount(labels * task.num_biases + bias_labels, {},
                   task.num_classes * task.num_biases);
  const auto* count = counts.data_ptr<int64_t>();
  for (int64_t k = 0; k < task.num_classes; ++k) {
    json["groups"].push_back(
        std::vector<int64_t>(count, count + task.num_biases));
    count += task.num_biases;
  }
  return json;
}

}  // namespace

Json CountExamples(const Dataset& dataset) {
  const TaskSpec& task = dataset.task;
  const bool groups =
      !task.is_regression() && task.num_classes * task.num_biases <= kMaxGroups;
  Json json = {{"num_labels", task.num_classes},
               {"num_bias_labels", task.num_biases}};
  if (task.is_regression()) json["num_targets"] = task.num_targets;
  if (groups) {
    json["labels"] = NamesOr(dataset.class_names, task.num_classes);
    json["bias_labels"] = NamesOr(dataset.bias_names, task.num_biases);
  }
  for (const std::string& name : dataset.SplitNames()) {
    json["splits"].push_back(
        CountSplit(name, *dataset.Find(name), task, groups));
  }
  return json;
}

}  // namespace bigstep
