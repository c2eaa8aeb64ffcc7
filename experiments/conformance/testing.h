// Shared by the conformance tests. They cover every registered plugin; adding
// one needs no change here. An empty registry fails, because each suite takes
// its cases from a registry and GoogleTest refuses a suite without cases.
#ifndef BIGSTEP_EXPERIMENTS_CONFORMANCE_TESTING_H_
#define BIGSTEP_EXPERIMENTS_CONFORMANCE_TESTING_H_

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/named_tensors.h"
#include "base/registry.h"
#include "base/spec_reader.h"
#include "base/testing.h"
#include "base/yaml_writer.h"
#include "datasets/dataset.h"
#include "models/model.h"
#include "optimizers/loss.h"
#include "optimizers/optimizer.h"

namespace bigstep {

inline std::string CaseName(const testing::TestParamInfo<std::string>& info) {
  return info.param;
}

// A value for a required option: something moderate of its type.
inline Json RequiredOption(const Field& field) {
  std::string text = "text";
  for (absl::string_view rule : field.constraints) {
    if (!absl::ConsumePrefix(&rule, "one of ")) continue;
    text = std::string(rule.substr(0, rule.find(',')));
  }
  const std::map<std::string, Json> examples = {
      {"bool", true},
      {"double", 0.1},
      {"int", 1},
      {"string", text},
      {"list of double", {0.1}},
      {"list of int", {1}},
      {"list of string", {text}},
      {"map of string", {{"text", "text"}}},
      {"optimizer", {{"name", "momentum"}}},
      {"schedule", "constant"},
  };
  const auto example = examples.find(field.type);
  if (example != examples.end()) return example->second;
  ADD_FAILURE() << "no example for '" << field.name << "' of type "
                << field.type;
  return Json();
}

// A value for each required option.
inline Json RequiredOptions(const OptionTable& table) {
  Json options = Json::object();
  for (const Field& field : table.fields()) {
    if (!field.required) continue;
    options[field.name] = RequiredOption(field);
  }
  return options;
}

// The choice `name` with its required options and `changes`.
inline PluginConfig ReadChoice(const PluginRegistry& registry,
                               const std::string& name, const Json& changes,
                               Problems& problems) {
  Json options = RequiredOptions(*registry.Find(name)->table);
  options.update(changes);
  options["name"] = name;
  const SpecNode node = ReadSpec(ToFlowYaml(options), "test", 0, problems);
  return registry.Read(node, registry.singular(), problems);
}

inline PluginConfig Default(const PluginRegistry& registry,
                            const std::string& name) {
  Problems problems;
  PluginConfig config = ReadChoice(registry, name, Json::object(), problems);
  EXPECT_EQ(Message(problems), "");
  return config;
}

// The optimizer `name` of `parameters`, with its required options and
// `changes`.
inline std::unique_ptr<Optimizer> MakeOptimizer(const std::string& name,
                                                const NamedTensors& parameters,
                                                const Json& changes) {
  Problems problems;
  const PluginConfig config =
      ReadChoice(Optimizers::Get(), name, changes, problems);
  EXPECT_EQ(Message(problems), "");
  auto made = Optimizers::Get().Make(config, {parameters});
  EXPECT_OK(made);
  return *std::move(made);
}

// The choice of a dataset with `changes`, with images as small as they may
// reasonably be.
inline PluginConfig SmallDataset(const std::string& name,
                                 Json changes = Json::object()) {
  for (const Field& field : Datasets::Get().Find(name)->table->fields()) {
    if (field.name == "size") changes["size"] = 32;
  }
  Problems problems;
  PluginConfig config = ReadChoice(Datasets::Get(), name, changes, problems);
  EXPECT_EQ(Message(problems), "");
  return config;
}

// Leaves the first few examples of a split.
inline void Shorten(Split& split) {
  constexpr int64_t kExamples = 24;
  const int64_t n = std::min(kExamples, split.size());
  split.labels = split.labels.slice(0, 0, n);
  split.bias_labels = split.bias_labels.slice(0, 0, n);
  if (split.inputs.defined()) split.inputs = split.inputs.slice(0, 0, n);
  if (split.regression_targets.defined())
    split.regression_targets = split.regression_targets.slice(0, 0, n);
}

// Targets of `n` examples for a loss of `outputs` outputs.
inline at::Tensor SomeTargets(const Loss& loss, int64_t n, int64_t outputs,
                              at::Generator& generator) {
  return loss.task() == Task::kClassification
             ? at::randint(outputs, {n}, generator, at::kLong)
             : at::empty({n, outputs}).normal_(0, 1, generator);
}

// Whether a test that trains the network several times would take minutes.
inline bool IsLarge(const Model& model) {
  int64_t weights = 0;
  for (const auto& [name, tensor] : Parameters(model)) {
    weights += tensor.numel();
  }
  return weights > 50'000'000;
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_CONFORMANCE_TESTING_H_
