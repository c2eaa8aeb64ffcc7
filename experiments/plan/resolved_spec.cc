#include "experiments/plan/resolved_spec.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/read_value.h"
#include "experiments/plan/file_checksums.h"
#include "experiments/records/study_records.h"
#include "experiments/spec/read_map.h"
#include "experiments/spec/trial_reader.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// Reads {axis, label, number, value, with}.
AxisValue ReadAxisValue(const SpecNode& node, const std::string& path,
                        Problems& problems) {
  AxisValue axis_value;
  const SpecNode* axis = node.Find("axis");
  if (axis == nullptr || node.Find("label") == nullptr) {
    problems.Add(
        node.mark, path,
        "expected {axis, label}, with number, value and with if known");
    return axis_value;
  }
  RefuseUnknownKeys(node, path, {"axis", "label", "number", "value", "with"},
                    problems);
  ReadName(*axis, PathBelow(path, "axis"), problems, &axis_value.axis);
  ReadKey(node, path, "label", problems, &axis_value.label);
  double number = 0;
  if (ReadKey(node, path, "number", problems, &number)) {
    axis_value.number = number;
  }
  ReadKey(node, path, "value", problems, &axis_value.value);
  ReadKey(node, path, "with", problems, &axis_value.with);
  return axis_value;
}

// Reads {block, setting, knobs}.
Configuration ReadConfiguration(const SpecNode& node, const std::string& path,
                                Problems& problems) {
  Configuration configuration;
  if (node.Find("block") == nullptr || node.Find("setting") == nullptr) {
    problems.Add(node.mark, path, "expected {block, setting}");
    return configuration;
  }
  RefuseUnknownKeys(node, path, {"block", "setting", "knobs"}, problems);
  ReadKey(node, path, "block", problems, &configuration.sweep);
  ReadKey(node, path, "setting", problems, &configuration.name);
  const SpecNode* axis_values = node.Find("knobs");
  if (axis_values == nullptr) return configuration;
  if (!axis_values->is_list()) {
    AddWrongType(*axis_values, PathBelow(path, "knobs"),
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

// Adds an error if an axis says another number than the trial's option has.
void CheckNumbers(const Study& study, const Configuration& configuration,
                  const Json& settings, const Mark& mark,
                  const std::string& path, Problems& problems) {
  for (const AxisValue& value : configuration.axis_values) {
    for (const StudyAxis& axis : study.axes) {
      if (axis.name != value.axis || !value.number) continue;
      const std::optional<double> found = NumberAt(settings, axis.set);
      if (!found || *found == *value.number) continue;
      problems.Add(mark, PathBelow(path, axis.set),
                   absl::StrCat("expected ", Json(*value.number).dump(),
                                ", the number of axis '", axis.name,
                                "' in the cell '", configuration.name,
                                "' of the trial, found ", Json(*found).dump()));
    }
  }
}

// Reads the entries of `trials`.
class ResolvedTrials {
 public:
  ResolvedTrials(const Spec& spec, PlanBuilder& builder, Problems& problems)
      : spec_(spec), builder_(builder), problems_(problems) {}

  void Add(const SpecNode& node, const std::string& path);

 private:
  bool Read(const SpecNode& node, const std::string& path,
            TrialSettings* settings);

  const Spec& spec_;
  PlanBuilder& builder_;
  Problems& problems_;
  FileChecksums files_;
  // By configuration and seed, the id and the path of the trial.
  std::map<std::pair<size_t, int64_t>, std::pair<std::string, std::string>>
      known_;
};

// Reads the settings and the seed. False on an error.
bool ResolvedTrials::Read(const SpecNode& node, const std::string& path,
                          TrialSettings* settings) {
  const int before = problems_.count();
  ReadTrialSections(node, path, {"seed", "cells"}, problems_, settings);
  if (problems_.count() == before) {
    for (const std::string& section : TrialSections()) {
      files_.AddTo(section, node.Find(section), path, problems_, settings);
    }
  }
  if (ReadKey(node, path, "seed", problems_, &settings->seed) &&
      settings->seed < 0) {
    problems_.Add(node.Find("seed")->mark, PathBelow(path, "seed"),
                  absl::StrCat("must be >= 0, got ", settings->seed));
  }
  return problems_.count() == before;
}

void ResolvedTrials::Add(const SpecNode& node, const std::string& path) {
  TrialSettings settings;
  const bool good = Read(node, path, &settings);
  std::vector<Configuration> configurations;
  if (const SpecNode* list = node.Find("cells")) {
    configurations =
        ReadConfigurations(*list, PathBelow(path, "cells"), problems_);
  }
  if (!good || !problems_.empty()) return;
  settings.metrics = spec_.metrics;
  if (configurations.empty()) configurations.push_back({"trials", path});
  const std::string id = settings.Id();
  const Json json = settings.ToJson();
  for (const Configuration& configuration : configurations) {
    const size_t position = builder_.AddConfiguration(configuration);
    const auto [other, is_new] = known_.emplace(
        std::make_pair(position, settings.seed), std::make_pair(id, path));
    if (!is_new && other->second.first != id) {
      problems_.Add(
          node.mark, path,
          absl::StrCat("the cell '", configuration.name, "' has seed ",
                       settings.seed, " already, of ", other->second.second,
                       ", with other settings; give one of the two another "
                       "seed or cell"));
    }
    // As it was first written.
    CheckNumbers(builder_.study(), builder_.study().configurations[position],
                 json, node.mark, path, problems_);
    builder_.AddTrial(id, settings, position);
  }
}

Json ConfigurationsToJson(const Study& study) {
  Json list = Json::array();
  for (const Configuration& configuration : study.configurations) {
    list.push_back(ConfigurationToJson(configuration));
    if (configuration.axis_values.empty()) list.back().erase("knobs");
  }
  return list;
}

Json TrialsToJson(const Plan& plan) {
  Json list = Json::array();
  for (const Trial& trial : plan.trials) {
    Json json = trial.settings.ToJson();
    json.erase("metrics");  // A key of the study.
    json["cells"] = Json::array();
    for (const size_t position : trial.configurations) {
      const Configuration& configuration = plan.study.configurations[position];
      json["cells"].push_back(
          {{"block", configuration.sweep}, {"setting", configuration.name}});
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

Json PlanToSpec(const Plan& plan) {
  const Study& study = plan.study;
  Json compare = Json::array();
  for (const Column& column : study.columns) compare.push_back(column.name());
  const Json metrics = plan.trials.empty()
                           ? Json::array()
                           : plan.trials[0].settings.ToJson()["metrics"];
  Json axes = Json::array();
  for (const StudyAxis& axis : study.axes) {
    axes.push_back({{"name", axis.name}, {"set", axis.set}});
  }
  const auto or_none = [](const std::string& name) {
    return name.empty() ? "none" : name;
  };
  Json selection = or_none(study.selection);
  if (!study.other_selections.empty()) {
    selection = Json::array({study.selection});
    for (const Selection& other : study.other_selections) {
      selection.push_back(other.result);
    }
  }
  Json json = {{"study", study.name},
               {"question", study.question},
               {"axes", axes},
               {"metrics", metrics},
               {"compare",
                {{"metrics", compare},
                 {"reference", or_none(study.reference)},
                 {"selection", selection}}},
               {"cells", ConfigurationsToJson(study)},
               {"trials", TrialsToJson(plan)}};
  for (const StudyClaim& claim : study.claims) {
    json["claims"].push_back(ClaimToJson(claim.claim));
  }
  return json;
}

void AddResolvedTrials(const Spec& spec, PlanBuilder& builder,
                       Problems& problems) {
  if (spec.configurations) {
    for (const Configuration& configuration :
         ReadConfigurations(*spec.configurations, "cells", problems)) {
      builder.AddConfiguration(configuration);
    }
  }
  ResolvedTrials trials(spec, builder, problems);
  for (size_t i = 0; i < spec.trials.size(); ++i) {
    trials.Add(spec.trials[i], absl::StrCat("trials[", i, "]"));
  }
}

}  // namespace bigstep
