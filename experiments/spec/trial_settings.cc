#include "experiments/spec/trial_settings.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/log.h"
#include "base/suggest.h"
#include "base/yaml_writer.h"
#include "datasets/family.h"
#include "metrics/family.h"
#include "models/family.h"
#include "optimizers/families.h"

namespace bigstep {
namespace {

// Of plugin or metric choices.
template <class Choice>
Json ListToJson(const std::vector<Choice>& choices) {
  Json list = Json::array();
  for (const Choice& choice : choices) list.push_back(choice.ToJson());
  return list;
}

template <class Choice>
Json ListIdentity(const std::vector<Choice>& choices) {
  Json list = Json::array();
  for (const Choice& choice : choices) list.push_back(choice.Identity());
  return list;
}

std::string PathBelow(const std::string& path, absl::string_view key) {
  return path.empty() ? std::string(key) : absl::StrCat(path, ".", key);
}

// Reads the choice of a section; its fallback is chosen if there is none.
PluginConfig ReadChoice(const PluginSection& section, const SpecNode* node,
                        const std::string& path, const Mark& mark,
                        Problems& problems) {
  const PluginRegistry& registry = *section.family;
  const std::string here = PathBelow(path, registry.singular());
  if (node != nullptr) return registry.Read(*node, here, problems);
  if (section.fallback == nullptr) {
    problems.AddMissing(
        mark, path,
        absl::StrCat("missing section '", registry.singular(), "'"));
    return {};
  }
  SpecNode name;
  name.kind = SpecNode::Kind::kScalar;
  name.text = section.fallback;
  return registry.Read(name, here, problems);
}

void EraseLabel(SpecNode& metric) {
  metric.entries.erase(
      std::remove_if(metric.entries.begin(), metric.entries.end(),
                     [](const auto& entry) { return entry.key == "label"; }),
      metric.entries.end());
}

// What results of the metric are called: `name` unless `metric` gives a label.
std::string ReadLabel(const SpecNode& metric, const std::string& path,
                      const std::string& name, Problems& problems) {
  const SpecNode* const node = metric.is_map() ? metric.Find("label") : nullptr;
  if (node == nullptr) return name;
  std::string label;
  const std::string label_path = absl::StrCat(path, ".label");
  const int before = problems.count();
  ReadValue(*node, label_path, problems, &label);
  if (problems.count() == before && !IsName(label)) {
    problems.Add(node->mark, label_path,
                 absl::StrCat("must be lower-case letters, digits and _, "
                              "beginning with a letter, got '",
                              label, "'"));
  }
  // With a wrong label, other messages go by the name.
  return problems.count() == before ? label : name;
}

void ReadTraining(const SpecNode* node, const std::string& path,
                  const Mark& mark, Problems& problems,
                  TrainingOptions* training) {
  if (node == nullptr) {
    problems.AddMissing(mark, path, "missing section 'training'");
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
  s.Field("stop_train_accuracy", &TrainingOptions::stop_train_accuracy)
      .AtLeast(0)
      .AtMost(1)
      .Doc("end early once the training accuracy is at least this; 0: do not");
  s.Field("stop_train_loss", &TrainingOptions::stop_train_loss)
      .AtLeast(0)
      .Doc(
          "end early once the mean training loss, without penalties, is below "
          "this; 0: do not. With stop_train_accuracy, both must hold");
  s.Field("stop_collapsed_after", &TrainingOptions::stop_collapsed_after)
      .AtLeast(0)
      .Doc(
          "from this step on, end a trial whose training accuracy is no better "
          "than guessing: at most 1.25 / K, or 0.53 if K = 2; 0: do not");
  s.Check([](const TrainingOptions& o) -> std::string {
    const bool early = o.stop_train_accuracy > 0 || o.stop_train_loss > 0 ||
                       o.stop_collapsed_after > 0;
    return early && o.eval_every == 0
               ? "stop rules look at evaluations: set eval_every"
               : "";
  });
}

const std::vector<std::string>& TrialSections() {
  static const auto* const sections = new std::vector<std::string>{
      "dataset",  "model",        "loss",    "optimizer",
      "schedule", "regularizers", "training"};
  return *sections;
}

std::string ToSpecYaml(const Json& json) {
  std::vector<std::string> order = {"study", "question", "axes", "name",
                                    "block", "cells",    "seed"};
  order.insert(order.end(), TrialSections().begin(), TrialSections().end());
  order.insert(order.end(), {"metrics", "compare", "trials"});
  return ToYaml(json, order);
}

bool IsName(absl::string_view text) {
  return !text.empty() && absl::ascii_islower(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
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

std::vector<MetricChoice> ReadMetricChoices(const SpecNode& node,
                                            const std::string& path,
                                            Problems& problems) {
  // The label is ours; the metric's own reader must not see it.
  SpecNode unlabelled = node;
  for (SpecNode& item : unlabelled.items) EraseLabel(item);
  const std::vector<PluginConfig> configs =
      ReadPlugins(Metrics::Get(), unlabelled, path, problems);
  std::vector<MetricChoice> choices;
  for (size_t i = 0; i < configs.size(); ++i) {
    choices.push_back(
        {ReadLabel(node.items[i], absl::StrCat(path, "[", i, "]"),
                   configs[i].plugin == nullptr ? "" : configs[i].name(),
                   problems),
         configs[i]});
    for (size_t j = 0; j < i; ++j) {
      if (choices[j].label != choices[i].label || choices[i].label.empty()) {
        continue;
      }
      problems.Add(node.items[i].mark, absl::StrCat(path, "[", i, "]"),
                   absl::StrCat("metric '", choices[i].label,
                                "' stands there twice; to measure in two ways, "
                                "give one of them another 'label'"));
    }
  }
  return choices;
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
  for (const std::string& section : TrialSections()) {
    ReadTrialSection(section, map.Find(section), path, map.mark, problems,
                     settings);
  }
}

const PluginSection* FindPluginSection(absl::string_view section) {
  static const auto* const sections = new std::vector<PluginSection>{
      {&Datasets::Get(), nullptr, &TrialSettings::dataset},
      {&Models::Get(), nullptr, &TrialSettings::model},
      {&Losses::Get(), "cross_entropy", &TrialSettings::loss},
      {&Optimizers::Get(), nullptr, &TrialSettings::optimizer},
      {&Schedules::Get(), "constant", &TrialSettings::schedule}};
  for (const PluginSection& candidate : *sections) {
    if (candidate.family->singular() == section) return &candidate;
  }
  return nullptr;
}

void ReadTrialSection(const std::string& section, const SpecNode* node,
                      const std::string& path, const Mark& mark,
                      Problems& problems, TrialSettings* settings) {
  if (const PluginSection* choice = FindPluginSection(section)) {
    settings->*choice->member = ReadChoice(*choice, node, path, mark, problems);
  } else if (section == "training") {
    ReadTraining(node, path, mark, problems, &settings->training);
  } else if (node != nullptr) {
    settings->regularizers = ReadPlugins(Regularizers::Get(), *node,
                                         PathBelow(path, section), problems);
  }
}

void CopyTrialSection(const std::string& section, const TrialSettings& from,
                      TrialSettings* to) {
  if (const PluginSection* choice = FindPluginSection(section)) {
    to->*choice->member = from.*choice->member;
  } else if (section == "training") {
    to->training = from.training;
  } else {
    to->regularizers = from.regularizers;
  }
}

std::string IdentityOf(const TrialSettings& settings, const std::string& part) {
  if (const PluginSection* choice = FindPluginSection(part)) {
    return CanonicalJson((settings.*choice->member).Identity());
  }
  if (part == "regularizers") {
    return CanonicalJson(ListIdentity(settings.regularizers));
  }
  if (part == "metrics") return CanonicalJson(ListIdentity(settings.metrics));
  const OptionTable& training = TableOf<TrainingOptions>();
  return CanonicalJson({{"version", training.version()},
                        {"options", training.NonDefaults(&settings.training)}});
}

void TrialIdentity::Set(const std::string& part, const std::string& json) {
  parts_[part] = json;
}

std::string TrialIdentity::Id(int64_t seed) const {
  // As CanonicalJson has it: keys sorted, the seed among them.
  std::string json;
  const auto add = [&json](absl::string_view key, absl::string_view value) {
    absl::StrAppend(&json, json.empty() ? "{" : ",", "\"", key, "\":", value);
  };
  bool seed_added = false;
  for (const auto& [part, value] : parts_) {
    if (!seed_added && part > "seed") {
      add("seed", absl::StrCat(seed));
      seed_added = true;
    }
    add(part, value);
  }
  BIGSTEP_CHECK(seed_added) << "'training' is the last part of a trial";
  absl::StrAppend(&json, "}");
  return Sha256Hex(json).substr(0, 16);
}

Json MetricChoice::ToJson() const {
  Json json = config.ToJson();
  if (label != config.name()) json["label"] = label;
  return json;
}

Json MetricChoice::Identity() const {
  Json identity = config.Identity();
  if (label != config.name()) identity["label"] = label;
  return identity;
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
  TrialIdentity identity;
  for (const std::string& section : TrialSections()) {
    identity.Set(section, IdentityOf(*this, section));
  }
  identity.Set("metrics", IdentityOf(*this, "metrics"));
  return identity.Id(seed);
}

}  // namespace bigstep
