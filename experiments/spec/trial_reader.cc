#include "experiments/spec/trial_reader.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/read_value.h"
#include "base/status.h"
#include "experiments/spec/read_map.h"
#include "experiments/spec/spec_json.h"
#include "experiments/spec/trial_sections.h"
#include "metrics/family.h"
#include "optimizers/families.h"

namespace bigstep {
namespace {

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

// Reads a list of plugin choices.
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

void EraseLabel(SpecNode& metric) {
  metric.entries.erase(
      std::remove_if(metric.entries.begin(), metric.entries.end(),
                     [](const auto& entry) { return entry.key == "label"; }),
      metric.entries.end());
}

// The name of the results of `metric`: its label or, without one, `name`.
std::string ReadLabel(const SpecNode& metric, const std::string& path,
                      const std::string& name, Problems& problems) {
  const SpecNode* const node = metric.Find("label");
  std::string label;
  // With a wrong label, other messages go by the name.
  return node != nullptr &&
                 ReadName(*node, absl::StrCat(path, ".label"), problems, &label)
             ? label
             : name;
}

// Rules to stop that had other names, and looked at the trial's own loss, at
// evaluations alone.
constexpr std::pair<const char*, const char*> kFormerRules[] = {
    {"stop_train_accuracy", "train_accuracy"},
    {"stop_train_loss", "cross_entropy"},
    {"stop_collapsed_after", "collapsed_after"}};

// Drops former rules. Those that were not used stand in every older record.
SpecNode WithoutFormerRules(const SpecNode& training, const std::string& path,
                            Problems& problems) {
  SpecNode kept = training;
  kept.entries.clear();
  for (const SpecNode::Entry& entry : training.entries) {
    const auto* const rule = std::find_if(
        std::begin(kFormerRules), std::end(kFormerRules),
        [&entry](const auto& former) { return entry.key == former.first; });
    if (rule == std::end(kFormerRules)) {
      kept.entries.push_back(entry);
      continue;
    }
    double value = 0;
    if (absl::SimpleAtod(entry.value.text, &value) && value == 0) continue;
    problems.Add(entry.key_mark, PathBelow(path, entry.key),
                 absl::StrCat("is now a rule of training.stop, which looks "
                              "at all training examples; write stop: {",
                              rule->second, ": ", entry.value.text, "}"));
  }
  return kept;
}

void ReadTraining(const SpecNode* node, const std::string& path,
                  const Mark& mark, Problems& problems,
                  TrainingOptions* training) {
  if (node == nullptr) {
    problems.AddMissing(mark, path, "missing section 'training'");
  } else if (!node->is_map()) {
    AddWrongType(*node, PathBelow(path, "training"), "a map", problems);
  } else {
    const std::string here = PathBelow(path, "training");
    const int before = problems.count();
    TableOf<TrainingOptions>().Read(WithoutFormerRules(*node, here, problems),
                                    here, problems, training);
    if (problems.count() != before) return;
    for (const char* const key : {"max_steps", "epochs"}) {
      const SpecNode* const budget = node->Find(key);
      if (budget == nullptr) continue;
      if (training->max_steps > 0 || training->epochs > 0) return;
      problems.Add(budget->mark, PathBelow(here, key), "must be > 0, got 0");
      return;
    }
    if (training->max_steps == 0 && training->epochs == 0) {
      problems.AddMissing(node->mark, here,
                          "missing key 'max_steps' (the budget in optimizer "
                          "steps) or 'epochs' (in passes over the training "
                          "examples)");
    }
  }
}

// Whether the metric, with its default options, has a result of this name.
bool HasResult(const std::string& metric, absl::string_view name) {
  const PluginInfo& plugin = *Metrics::Get().Find(metric);
  const auto traits = Metrics::Get().TraitsOf({&plugin, plugin.table->New()});
  return traits.ok() &&
         absl::c_any_of(traits->results, [name](const ResultSpec& result) {
           return result.name == name;
         });
}

// The metrics that have a result of this name, "unbiased_test" or
// "accuracy.unbiased_test".
std::vector<std::string> MetricsWithResult(absl::string_view name) {
  std::vector<std::string> metrics = Metrics::Get().Names();
  const size_t dot = name.find('.');
  if (dot != absl::string_view::npos) {
    metrics = {std::string(name.substr(0, dot))};
    if (Metrics::Get().Find(metrics[0]) == nullptr) return {};
    name.remove_prefix(dot + 1);
    // "share.peak" is about the course of the result "share".
    name = name.substr(0, name.find('.'));
  }
  metrics.erase(std::remove_if(metrics.begin(), metrics.end(),
                               [name](const std::string& metric) {
                                 return !HasResult(metric, name);
                               }),
                metrics.end());
  return metrics;
}

// Replaces the items that name a result by the metric that has it, with an
// error. Returns their positions.
std::set<size_t> ReplaceResults(const std::string& path, SpecNode& list,
                                Problems& problems) {
  std::set<size_t> replaced;
  for (size_t i = 0; i < list.items.size(); ++i) {
    SpecNode& item = list.items[i];
    if (!item.is_scalar() || Metrics::Get().Find(item.text) != nullptr) {
      continue;
    }
    const std::vector<std::string> metrics = MetricsWithResult(item.text);
    if (metrics.empty()) continue;
    const std::string names = absl::StrJoin(metrics, " or ");
    problems.Add(
        item.mark, absl::StrCat(path, "[", i, "]"),
        absl::StrCat("'", item.text, "' is a result of ", names, ": write ",
                     names, " here; compare.metrics chooses results"));
    item.text = metrics[0];
    replaced.insert(i);
  }
  return replaced;
}

}  // namespace

std::vector<MetricChoice> ReadMetricChoices(const SpecNode& node,
                                            const std::string& path,
                                            Problems& problems) {
  // The label is ours; the metric's own reader must not see it.
  SpecNode unlabelled = node;
  for (SpecNode& item : unlabelled.items) EraseLabel(item);
  const std::set<size_t> replaced = ReplaceResults(path, unlabelled, problems);
  const std::vector<PluginConfig> configs =
      ReadPlugins(Metrics::Get(), unlabelled, path, problems);
  std::vector<MetricChoice> choices;
  for (size_t i = 0; i < configs.size(); ++i) {
    const std::string here = absl::StrCat(path, "[", i, "]");
    const std::string name =
        configs[i].plugin == nullptr ? "" : configs[i].name();
    choices.push_back(
        {ReadLabel(node.items[i], here, name, problems), configs[i]});
    for (size_t j = 0; j < i; ++j) {
      if (choices[j].label != choices[i].label || choices[i].label.empty() ||
          replaced.count(i) + replaced.count(j) > 0) {
        continue;
      }
      problems.Add(node.items[i].mark, here,
                   absl::StrCat("duplicate metric '", choices[i].label,
                                "'; to measure in two ways, give one of them "
                                "another 'label'"));
    }
  }
  return choices;
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

absl::StatusOr<TrialSettings> TrialSettingsFromJson(const Json& json,
                                                    const std::string& source) {
  Problems problems;
  const SpecNode node = ToSpecNode(json, source);
  TrialSettings settings;
  ReadTrialSections(node, "", {"metrics", "seed"}, problems, &settings);
  for (const char* key : {"metrics", "seed"}) {
    if (!node.is_map() || node.Find(key) != nullptr) continue;
    problems.Add(node.mark, "", absl::StrCat("missing key '", key, "'"));
  }
  if (const SpecNode* metrics = node.Find("metrics")) {
    settings.metrics = ReadMetricChoices(*metrics, "metrics", problems);
  }
  ReadKey(node, "", "seed", problems, &settings.seed);
  RETURN_IF_ERROR(problems.ToStatus());
  return settings;
}

}  // namespace bigstep
