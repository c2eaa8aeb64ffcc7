#include "experiments/trial.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/suggest.h"
#include "base/yaml_writer.h"
#include "datasets/dataset.h"
#include "metrics/metric.h"
#include "models/model.h"
#include "optimizers/loss.h"
#include "optimizers/optimizer.h"
#include "optimizers/regularizer.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

Json ListToJson(const std::vector<PluginConfig>& configs) {
  Json list = Json::array();
  for (const PluginConfig& config : configs) list.push_back(config.ToJson());
  return list;
}

Json ListIdentity(const std::vector<PluginConfig>& configs) {
  Json list = Json::array();
  for (const PluginConfig& config : configs) list.push_back(config.Identity());
  return list;
}

std::string PathBelow(const std::string& path, absl::string_view key) {
  return path.empty() ? std::string(key) : absl::StrCat(path, ".", key);
}

// Reads the choice in section `key`; `fallback` is chosen if there is none.
PluginConfig ReadSection(const PluginRegistry& registry, const SpecNode& map,
                         const std::string& path, const char* fallback,
                         Problems& problems) {
  const std::string& key = registry.singular();
  if (const SpecNode* node = map.Find(key)) {
    return registry.Read(*node, PathBelow(path, key), problems);
  }
  if (fallback == nullptr) {
    problems.AddMissing(map.mark, path,
                        absl::StrCat("missing section '", key, "'"));
    return {};
  }
  SpecNode name;
  name.kind = SpecNode::Kind::kScalar;
  name.text = fallback;
  return registry.Read(name, PathBelow(path, key), problems);
}

void ReadTraining(const SpecNode& map, const std::string& path,
                  Problems& problems, TrainingOptions* training) {
  const SpecNode* node = map.Find("training");
  if (node == nullptr) {
    problems.AddMissing(map.mark, path, "missing section 'training'");
  } else if (!node->is_map()) {
    AddWrongType(*node, PathBelow(path, "training"), "a map", problems);
  } else {
    TableOf<TrainingOptions>().Read(*node, PathBelow(path, "training"),
                                    problems, training);
  }
}

}  // namespace

void TrainingOptions::Describe(Schema<TrainingOptions>& s) {
  // The version stands for the trainer: raise it when the order of examples,
  // the random streams or what is evaluated change.
  s.Summary("How long to train and when to look.").Version(1);
  s.Field("batch_size", &TrainingOptions::batch_size)
      .AtLeast(1)
      .Doc("examples in a mini-batch, drawn without replacement");
  s.Field("max_steps", &TrainingOptions::max_steps)
      .Required()
      .AtLeast(1)
      .Doc("optimizer steps: the budget of a trial");
  s.Field("eval_every", &TrainingOptions::eval_every)
      .AtLeast(0)
      .Doc("steps between evaluations; 0 evaluates at the end only");
  s.Field("eval_train_examples", &TrainingOptions::eval_train_examples)
      .AtLeast(1)
      .Doc("random training examples evaluated on the way; the end sees all");
}

const std::vector<std::string>& TrialSections() {
  static const auto* const sections = new std::vector<std::string>{
      "dataset",  "model",        "loss",    "optimizer",
      "schedule", "regularizers", "training"};
  return *sections;
}

std::string ToSpecYaml(const Json& json) {
  std::vector<std::string> order = {"study", "question", "name",
                                    "block", "cells",    "seed"};
  order.insert(order.end(), TrialSections().begin(), TrialSections().end());
  order.insert(order.end(), {"metrics", "compare", "trials"});
  return ToYaml(json, order);
}

void RefuseUnknownKeys(const SpecNode& map, const std::string& path,
                       const std::vector<std::string>& known,
                       Problems& problems) {
  for (const auto& [key, value, key_mark] : map.entries) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    problems.Add(key_mark, path,
                 absl::StrCat("unknown key '", key, "'", DidYouMean(key, known),
                              " (known: ", absl::StrJoin(known, ", "), ")"));
  }
}

std::vector<PluginConfig> ReadPlugins(const PluginRegistry& registry,
                                      const SpecNode& node,
                                      const std::string& path,
                                      Problems& problems) {
  std::vector<PluginConfig> configs;
  if (!node.is_list()) {
    AddWrongType(node, path, absl::StrCat("a list of ", registry.plural()),
                 problems);
    return configs;
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    configs.push_back(registry.Read(node.items[i],
                                    absl::StrCat(path, "[", i, "]"), problems));
  }
  return configs;
}

void ReadTrialSections(const SpecNode& map, const std::string& path,
                       const std::vector<std::string>& other_keys,
                       Problems& problems, TrialSettings* settings) {
  if (!map.is_map()) {
    AddWrongType(map, path, "a map", problems);
    return;
  }
  std::vector<std::string> known = TrialSections();
  known.insert(known.end(), other_keys.begin(), other_keys.end());
  RefuseUnknownKeys(map, path, known, problems);
  settings->dataset =
      ReadSection(Datasets::Get(), map, path, nullptr, problems);
  settings->model = ReadSection(Models::Get(), map, path, nullptr, problems);
  settings->loss =
      ReadSection(Losses::Get(), map, path, "cross_entropy", problems);
  settings->optimizer =
      ReadSection(Optimizers::Get(), map, path, nullptr, problems);
  settings->schedule =
      ReadSection(Schedules::Get(), map, path, "constant", problems);
  if (const SpecNode* regularizers = map.Find("regularizers")) {
    settings->regularizers =
        ReadPlugins(Regularizers::Get(), *regularizers,
                    PathBelow(path, "regularizers"), problems);
  }
  ReadTraining(map, path, problems, &settings->training);
}

Json TrialSettings::ToJson() const {
  return {{"dataset", dataset.ToJson()},
          {"model", model.ToJson()},
          {"loss", loss.ToJson()},
          {"optimizer", optimizer.ToJson()},
          {"schedule", schedule.ToJson()},
          {"regularizers", ListToJson(regularizers)},
          {"training", TableOf<TrainingOptions>().ToJson(&training)},
          {"metrics", ListToJson(metrics)},
          {"seed", seed}};
}

std::string TrialSettings::Id() const {
  const Json identity = {
      {"dataset", dataset.Identity()},
      {"model", model.Identity()},
      {"loss", loss.Identity()},
      {"optimizer", optimizer.Identity()},
      {"schedule", schedule.Identity()},
      {"regularizers", ListIdentity(regularizers)},
      {"training",
       {{"version", TableOf<TrainingOptions>().version()},
        {"options", TableOf<TrainingOptions>().NonDefaults(&training)}}},
      {"metrics", ListIdentity(metrics)},
      {"seed", seed}};
  return Sha256Hex(CanonicalJson(identity)).substr(0, 16);
}

}  // namespace bigstep
