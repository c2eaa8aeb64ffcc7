#include "experiments/plan/plan.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/suggest.h"
#include "experiments/plan/configuration.h"
#include "experiments/plan/expand.h"
#include "metrics/family.h"

namespace bigstep {
namespace {

// 100,000 trials take 300 MB, most of it for LibTorch and text.
constexpr int64_t kMaxTrials = 1000000;

// Collects trials, merging equal ones.
class PlanBuilder {
 public:
  explicit PlanBuilder(Plan& plan) : plan_(plan) {}

  // The position of a configuration, which is added at the end if it is new.
  size_t AddConfiguration(const Configuration& configuration) {
    const auto [it, is_new] = configuration_positions_.emplace(
        absl::StrCat(configuration.sweep, "\n", configuration.name),
        plan_.configurations.size());
    if (is_new) plan_.configurations.push_back(configuration);
    return it->second;
  }

  // Adds a trial to the configuration at `position`.
  void AddTrial(std::string id, const TrialSettings& settings,
                size_t position) {
    const auto [it, new_trial] = positions_.emplace(id, plan_.trials.size());
    if (new_trial) plan_.trials.push_back({std::move(id), settings, {}});
    std::vector<size_t>& configurations =
        plan_.trials[it->second].configurations;
    // The same trial written out twice is in its configuration once.
    if (std::find(configurations.begin(), configurations.end(), position) ==
        configurations.end()) {
      configurations.push_back(position);
    }
  }

 private:
  Plan& plan_;
  std::unordered_map<std::string, size_t> positions_;  // By id.
  std::unordered_map<std::string, size_t> configuration_positions_;
};

// "; did you mean 'a'? (known: a, b)".
std::string Known(const std::string& name,
                  const std::vector<std::string>& known) {
  return absl::StrCat(DidYouMean(name, known),
                      " (known: ", absl::StrJoin(known, ", "), ")");
}

// Every result that the metrics give.
std::vector<Column> AllColumns(const std::vector<MetricChoice>& metrics) {
  std::vector<Column> columns;
  for (const auto& [label, config] : metrics) {
    if (config.plugin == nullptr) continue;
    const auto traits = Metrics::Get().TraitsOf(config);
    if (!traits.ok()) continue;  // Said again, and recorded, by the trial.
    for (const ResultSpec& result : traits->results) {
      columns.push_back({label, result});
    }
  }
  return columns;
}

// The column of `all` that is called `name`, or nullptr.
const Column* FindColumn(const std::vector<Column>& all,
                         const std::string& name) {
  const auto it = std::find_if(
      all.begin(), all.end(),
      [&name](const Column& column) { return column.name() == name; });
  return it == all.end() ? nullptr : &*it;
}

std::vector<std::string> NamesOf(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name());
  return names;
}

std::vector<Column> ChosenColumns(const Spec& spec,
                                  const std::vector<Column>& all,
                                  Problems& problems) {
  if (spec.compare.empty()) return all;
  std::vector<Column> columns;
  for (size_t i = 0; i < spec.compare.size(); ++i) {
    const auto& [name, mark] = spec.compare[i];
    if (const Column* column = FindColumn(all, name)) {
      columns.push_back(*column);
    } else if (!all.empty()) {
      problems.Add(mark, absl::StrCat("compare.metrics[", i, "]"),
                   absl::StrCat("the study's metrics have no result '", name,
                                "'", Known(name, NamesOf(all))));
    }
  }
  return columns;
}

// Fills in the result by which an axis's best value is chosen.
void ChooseSelection(const Spec& spec, const std::vector<Column>& all,
                     Plan& plan, Problems& problems) {
  constexpr char kDefault[] = "accuracy.unbiased_validation";
  const std::string name = spec.selection ? spec.selection->name : kDefault;
  if (spec.selection && name == "none") return;
  const Column* column = FindColumn(all, name);
  if (column != nullptr && column->result.direction != Direction::kNeither) {
    plan.selection = name;
    plan.selection_lower = column->result.direction == Direction::kLower;
  } else if (spec.selection && column != nullptr) {
    problems.Add(spec.selection->mark, "compare.selection",
                 absl::StrCat("'", name,
                              "' is neither better when higher nor when lower; "
                              "nothing can be chosen by it"));
  } else if (spec.selection && !all.empty()) {
    problems.Add(spec.selection->mark, "compare.selection",
                 absl::StrCat("the study's metrics have no result '", name, "'",
                              Known(name, NamesOf(all)), "; or 'none'"));
  }
}

// Fills in the axis that the others are compared with: one varied alone.
void ChooseReference(const Spec& spec, Plan& plan, Problems& problems) {
  std::vector<std::string> alone;
  for (const Configuration& configuration : plan.configurations) {
    if (configuration.axis_values.size() != 1) continue;
    const std::string& axis = configuration.axis_values[0].axis;
    if (std::find(alone.begin(), alone.end(), axis) == alone.end()) {
      alone.push_back(axis);
    }
  }
  const std::string wanted = spec.reference ? spec.reference->name : "lr";
  if (std::find(alone.begin(), alone.end(), wanted) != alone.end()) {
    plan.reference = wanted;
  } else if (!spec.reference) {
    plan.reference = alone.empty() ? "" : alone[0];
  } else if (wanted != "none") {
    problems.Add(
        spec.reference->mark, "compare.reference",
        absl::StrCat(FindAxis(spec.axes, wanted)
                         ? absl::StrCat("axis '", wanted,
                                        "' is never varied alone, so that "
                                        "nothing can be compared with it")
                         : absl::StrCat("no axis '", wanted, "'"),
                     Known(wanted, alone), "; or 'none'"));
  }
}

// Notes a plan that is too large to be expanded.
bool IsTooLarge(const Spec& spec, Problems& problems) {
  double trials = 0;
  for (const Sweep& sweep : spec.sweeps) {
    double settings = sweep.kind == Sweep::Kind::kRandom
                          ? static_cast<double>(sweep.draws)
                          : 1;
    for (const size_t axis : sweep.axes) {
      const auto values = static_cast<double>(spec.axes[axis].values.size());
      if (sweep.kind == Sweep::Kind::kGrid) settings *= values;
      if (sweep.kind == Sweep::Kind::kZip) settings = values;
    }
    trials += settings * static_cast<double>(spec.seeds);
    if (trials <= static_cast<double>(kMaxTrials)) continue;
    problems.Add(sweep.mark, sweep.path,
                 absl::StrCat("with this block the plan has ", trials,
                              " trials; at most ", kMaxTrials,
                              " can be planned at once"));
    return true;
  }
  return false;
}

void AddBase(const Spec& spec, ConfigurationReader& reader,
             const ConfigurationSink& sink, Problems& problems) {
  TrialSettings settings;
  TrialIdentity identity;
  if (reader.Read(ConfigurationSections(spec.base), problems, &settings,
                  &identity)) {
    sink({"base", "base"}, std::move(settings), identity);
  }
}

// Expands base, axes and plan.
void AddPlannedTrials(const Spec& spec, PlanBuilder& builder,
                      Problems& problems) {
  if (!spec.base.is_map() || IsTooLarge(spec, problems)) return;
  RefuseUnknownKeys(spec.base, "base", TrialSections(), problems);
  const bool metrics_read =
      std::all_of(spec.metrics.begin(), spec.metrics.end(),
                  [](const auto& m) { return m.config.plugin != nullptr; });
  TrialSettings with_metrics;
  with_metrics.metrics = spec.metrics;
  const std::string metrics =
      metrics_read ? IdentityOf(with_metrics, "metrics") : "[]";
  const ConfigurationSink sink = [&](const Configuration& configuration,
                                     TrialSettings settings,
                                     TrialIdentity identity) {
    // Whatever is wrong, here or elsewhere, the plan will not be used.
    if (!problems.empty()) return;
    settings.metrics = spec.metrics;
    identity.Set("metrics", metrics);
    const size_t position = builder.AddConfiguration(configuration);
    for (int64_t seed = 0; seed < spec.seeds; ++seed) {
      settings.seed = seed;
      builder.AddTrial(identity.Id(seed), settings, position);
    }
  };
  ConfigurationReader reader;
  if (spec.sweeps.empty()) {
    AddBase(spec, reader, sink, problems);
    return;
  }
  ExpandSweeps(spec, reader, sink, problems);
  // Axes may give what the base leaves out, and hide what is wrong in it.
  TrialSettings ignored;
  Problems in_base;
  ReadTrialSections(spec.base, "base", {}, in_base, &ignored);
  problems.AddAllButMissing(in_base);
}

// Reads {axis, label, number}.
AxisValue ReadAxisValue(const SpecNode& node, const std::string& path,
                        Problems& problems) {
  AxisValue axis_value;
  const SpecNode* axis = node.Find("axis");
  const SpecNode* label = node.Find("label");
  if (axis == nullptr || label == nullptr) {
    problems.Add(node.mark, path, "expected {axis, label} or with a number");
    return axis_value;
  }
  RefuseUnknownKeys(node, path, {"axis", "label", "number"}, problems);
  const std::string axis_path = absl::StrCat(path, ".axis");
  const int before = problems.count();
  ReadValue(*axis, axis_path, problems, &axis_value.axis);
  // It becomes part of scripts and of files' names.
  if (problems.count() == before && !IsName(axis_value.axis)) {
    problems.Add(axis->mark, axis_path,
                 absl::StrCat("must be lower-case letters, digits and _, "
                              "beginning with a letter, got '",
                              axis_value.axis, "'"));
  }
  ReadValue(*label, absl::StrCat(path, ".label"), problems, &axis_value.label);
  if (const SpecNode* number = node.Find("number")) {
    double value = 0;
    ReadValue(*number, absl::StrCat(path, ".number"), problems, &value);
    axis_value.number = value;
  }
  return axis_value;
}

// Reads {sweep, setting, axis_values}.
Configuration ReadConfiguration(const SpecNode& node, const std::string& path,
                                Problems& problems) {
  Configuration configuration;
  const SpecNode* sweep = node.Find("block");
  const SpecNode* setting = node.Find("setting");
  if (sweep == nullptr || setting == nullptr) {
    problems.Add(node.mark, path, "expected {block, setting}");
    return configuration;
  }
  RefuseUnknownKeys(node, path, {"block", "setting", "knobs"}, problems);
  ReadValue(*sweep, absl::StrCat(path, ".block"), problems,
            &configuration.sweep);
  ReadValue(*setting, absl::StrCat(path, ".setting"), problems,
            &configuration.name);
  const SpecNode* axis_values = node.Find("knobs");
  if (axis_values == nullptr) return configuration;
  if (!axis_values->is_list()) {
    AddWrongType(*axis_values, absl::StrCat(path, ".knobs"),
                 "a list of {axis, label}", problems);
  }
  for (size_t i = 0; i < axis_values->items.size(); ++i) {
    configuration.axis_values.push_back(
        ReadAxisValue(axis_values->items[i],
                      absl::StrCat(path, ".knobs[", i, "]"), problems));
  }
  return configuration;
}

std::vector<Configuration> ReadConfigurations(const SpecNode& node,
                                              const std::string& path,
                                              Problems& problems) {
  std::vector<Configuration> configurations;
  if (!node.is_list()) {
    AddWrongType(node, path, "a list of {block, setting}", problems);
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    configurations.push_back(ReadConfiguration(
        node.items[i], absl::StrCat(path, "[", i, "]"), problems));
  }
  return configurations;
}

// Reads one entry of `trials`.
void AddExplicitTrial(const Spec& spec, const SpecNode& node,
                      const std::string& path, PlanBuilder& builder,
                      Problems& problems) {
  TrialSettings settings;
  ReadTrialSections(node, path, {"seed", "cells"}, problems, &settings);
  if (const SpecNode* seed = node.Find("seed")) {
    ReadValue(*seed, absl::StrCat(path, ".seed"), problems, &settings.seed);
  }
  std::vector<Configuration> configurations;
  if (const SpecNode* list = node.Find("cells")) {
    configurations =
        ReadConfigurations(*list, absl::StrCat(path, ".cells"), problems);
  }
  if (!problems.empty()) return;
  settings.metrics = spec.metrics;
  if (configurations.empty()) configurations.push_back({"trials", path});
  const std::string id = settings.Id();
  for (const Configuration& configuration : configurations) {
    builder.AddTrial(id, settings, builder.AddConfiguration(configuration));
  }
}

// Adds the trials that the spec writes out.
void AddWrittenTrials(const Spec& spec, PlanBuilder& builder,
                      Problems& problems) {
  if (spec.configurations) {
    for (const Configuration& configuration :
         ReadConfigurations(*spec.configurations, "cells", problems)) {
      builder.AddConfiguration(configuration);
    }
  }
  for (size_t i = 0; i < spec.trials.size(); ++i) {
    AddExplicitTrial(spec, spec.trials[i], absl::StrCat("trials[", i, "]"),
                     builder, problems);
  }
}

// Adds axes that written-out configurations have axis_values of and `axes` does
// not name.
void AddUnnamedAxes(Plan& plan) {
  std::set<std::string> names;
  for (const StudyAxis& axis : plan.axes) names.insert(axis.name);
  for (const Configuration& configuration : plan.configurations) {
    for (const AxisValue& axis_value : configuration.axis_values) {
      if (names.insert(axis_value.axis).second)
        plan.axes.push_back({axis_value.axis, ""});
    }
  }
}

}  // namespace

Plan MakePlan(const Spec& spec, Problems& problems) {
  Plan plan;
  plan.study = spec.study;
  plan.question = spec.question;
  const std::vector<Column> all = AllColumns(spec.metrics);
  plan.columns = ChosenColumns(spec, all, problems);
  ChooseSelection(spec, all, plan, problems);
  for (const Axis& axis : spec.axes) plan.axes.push_back({axis.name, axis.set});
  PlanBuilder builder(plan);
  const int before = problems.count();
  if (spec.trials.empty()) {
    AddPlannedTrials(spec, builder, problems);
  } else {
    AddWrittenTrials(spec, builder, problems);
    AddUnnamedAxes(plan);
  }
  // Without configurations, every reference would seem wrong.
  if (problems.count() == before) ChooseReference(spec, plan, problems);
  return plan;
}

Study StudyOf(const Plan& plan) {
  Study study{plan.study,     plan.question,        plan.reference,
              plan.selection, plan.selection_lower, plan.axes,
              plan.columns,   plan.configurations,  {}};
  for (const Trial& trial : plan.trials) {
    study.trials.push_back(
        {trial.id, trial.settings.seed, trial.configurations});
  }
  return study;
}

Json PlanToSpec(const Plan& plan) {
  const auto to_json = [&plan](size_t configuration) {
    return Json{{"block", plan.configurations[configuration].sweep},
                {"setting", plan.configurations[configuration].name}};
  };
  Json configurations = Json::array();
  for (size_t i = 0; i < plan.configurations.size(); ++i) {
    configurations.push_back(to_json(i));
    if (plan.configurations[i].axis_values.empty()) continue;
    configurations.back()["knobs"] =
        AxisValuesToJson(plan.configurations[i].axis_values);
  }
  Json trials = Json::array();
  for (const Trial& trial : plan.trials) {
    Json json = trial.settings.ToJson();
    json.erase("metrics");  // The study's, below.
    json["cells"] = Json::array();
    for (const size_t configuration : trial.configurations) {
      json["cells"].push_back(to_json(configuration));
    }
    trials.push_back(std::move(json));
  }
  Json compare = Json::array();
  for (const Column& column : plan.columns) compare.push_back(column.name());
  const Json metrics = plan.trials.empty()
                           ? Json::array()
                           : plan.trials[0].settings.ToJson()["metrics"];
  Json axes = Json::array();
  for (const StudyAxis& axis : plan.axes) {
    axes.push_back({{"name", axis.name}, {"set", axis.set}});
  }
  const auto or_none = [](const std::string& name) {
    return name.empty() ? "none" : name;
  };
  return {{"study", plan.study},
          {"question", plan.question},
          {"axes", axes},
          {"metrics", metrics},
          {"compare",
           {{"metrics", compare},
            {"reference", or_none(plan.reference)},
            {"selection", or_none(plan.selection)}}},
          {"cells", configurations},
          {"trials", trials}};
}

}  // namespace bigstep
