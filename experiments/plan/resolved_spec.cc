#include "experiments/plan/resolved_spec.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/read_value.h"
#include "experiments/plan/file_checksums.h"
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

// Reads one entry of `trials`.
void AddTrial(const Spec& spec, const SpecNode& node, const std::string& path,
              FileChecksums& files, PlanBuilder& builder, Problems& problems) {
  TrialSettings settings;
  const int before = problems.count();
  ReadTrialSections(node, path, {"seed", "cells"}, problems, &settings);
  if (problems.count() == before) {
    for (const std::string& section : TrialSections()) {
      files.AddTo(section, node.Find(section), path, problems, &settings);
    }
  }
  ReadKey(node, path, "seed", problems, &settings.seed);
  std::vector<Configuration> configurations;
  if (const SpecNode* list = node.Find("cells")) {
    configurations =
        ReadConfigurations(*list, PathBelow(path, "cells"), problems);
  }
  if (!problems.empty()) return;
  settings.metrics = spec.metrics;
  if (configurations.empty()) configurations.push_back({"trials", path});
  const std::string id = settings.Id();
  for (const Configuration& configuration : configurations) {
    builder.AddTrial(id, settings, builder.AddConfiguration(configuration));
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
  FileChecksums files;
  for (size_t i = 0; i < spec.trials.size(); ++i) {
    AddTrial(spec, spec.trials[i], absl::StrCat("trials[", i, "]"), files,
             builder, problems);
  }
}

}  // namespace bigstep
