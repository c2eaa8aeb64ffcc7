#include "experiments/plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/suggest.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

// Collects trials, merging equal ones.
class PlanBuilder {
 public:
  explicit PlanBuilder(Plan& plan) : plan_(plan) {}

  // The position of a cell, which is added at the end if it is new.
  size_t AddCell(const Cell& cell) {
    const auto [it, is_new] = cell_positions_.emplace(
        std::make_pair(cell.block, cell.setting), plan_.cells.size());
    if (is_new) plan_.cells.push_back(cell);
    return it->second;
  }

  void AddTrial(const TrialSettings& settings, const Cell& cell) {
    const size_t position = AddCell(cell);
    std::string id = settings.Id();
    const auto [it, new_trial] = positions_.emplace(id, plan_.trials.size());
    if (new_trial) plan_.trials.push_back({std::move(id), settings, {}});
    std::vector<size_t>& cells = plan_.trials[it->second].cells;
    // The same trial written out twice is in its cell once.
    if (std::find(cells.begin(), cells.end(), position) == cells.end()) {
      cells.push_back(position);
    }
  }

 private:
  Plan& plan_;
  std::unordered_map<std::string, size_t> positions_;  // By id.
  std::map<std::pair<std::string, std::string>, size_t> cell_positions_;
};

// Every result that the metrics give.
std::vector<Column> AllColumns(const std::vector<MetricChoice>& metrics) {
  std::vector<Column> columns;
  for (const auto& [label, config] : metrics) {
    if (config.plugin == nullptr) continue;
    const auto metric = Metrics::Get().Make(config, {});
    if (!metric.ok()) continue;  // Said again, and recorded, by the trial.
    for (const ResultSpec& result : (*metric)->Traits().results) {
      columns.push_back({label, result});
    }
  }
  return columns;
}

std::vector<Column> ChosenColumns(const Spec& spec, Problems& problems) {
  const std::vector<Column> all = AllColumns(spec.metrics);
  if (spec.compare.empty()) return all;
  std::vector<std::string> known;
  for (const Column& column : all) known.push_back(column.name());
  std::vector<Column> columns;
  for (size_t i = 0; i < spec.compare.size(); ++i) {
    const auto& [name, mark] = spec.compare[i];
    const auto it = std::find(known.begin(), known.end(), name);
    if (it != known.end()) {
      columns.push_back(all[static_cast<size_t>(it - known.begin())]);
    } else if (!known.empty()) {
      problems.Add(mark, absl::StrCat("compare.metrics[", i, "]"),
                   absl::StrCat("the study's metrics have no result '", name,
                                "'", DidYouMean(name, known),
                                " (known: ", absl::StrJoin(known, ", "), ")"));
    }
  }
  return columns;
}

// Reads the settings in `tree` and adds a trial for each seed.
void AddSetting(const Spec& spec, const SpecNode& tree, const Cell& cell,
                PlanBuilder& builder, Problems& problems) {
  TrialSettings settings;
  ReadTrialSections(tree, "base", {}, problems, &settings);
  // Whatever is wrong, here or elsewhere, the plan will not be used.
  if (!problems.empty()) return;
  settings.metrics = spec.metrics;
  for (int64_t seed = 0; seed < spec.seeds; ++seed) {
    settings.seed = seed;
    builder.AddTrial(settings, cell);
  }
}

// What an axis is drawn against: the value if it is a number, else the label.
std::optional<double> NumberOf(const SpecNode& value,
                               const std::string& label) {
  double number = 0;
  for (const std::string& text : {value.text, label}) {
    if (absl::SimpleAtod(text, &number) && std::isfinite(number)) return number;
  }
  return std::nullopt;
}

void AddBlock(const Spec& spec, const Block& block, PlanBuilder& builder,
              Problems& problems) {
  std::vector<std::string> names;
  for (const size_t a : block.axes) names.push_back(spec.axes[a].name);
  // Counts through the values like an odometer, the last axis fastest.
  std::vector<size_t> at(block.axes.size(), 0);
  for (;;) {
    SpecNode tree = spec.base;
    std::vector<std::string> parts;
    std::vector<Knob> knobs;
    for (size_t i = 0; i < at.size(); ++i) {
      const Axis& axis = spec.axes[block.axes[i]];
      const SpecNode& value = axis.values[at[i]];
      parts.push_back(absl::StrCat(axis.name, "=", axis.labels[at[i]]));
      knobs.push_back(
          {axis.name, axis.labels[at[i]], NumberOf(value, axis.labels[at[i]])});
      // A path that leads nowhere is reported at `set`, by the reader of the
      // section, as an unknown key.
      if (!SetAtPath(tree, axis.set, axis.set_mark, value)) {
        problems.Add(axis.set_mark, absl::StrCat("axes.", axis.name, ".set"),
                     absl::StrCat("'", axis.set,
                                  "' leads through a value that is no map"));
        return;
      }
    }
    AddSetting(spec, tree,
               {absl::StrJoin(names, " x "), absl::StrJoin(parts, ", "), knobs},
               builder, problems);
    size_t digit = at.size();
    while (digit > 0) {
      --digit;
      if (++at[digit] < spec.axes[block.axes[digit]].values.size()) break;
      at[digit] = 0;
      if (digit == 0) return;
    }
  }
}

// Reads {axis, label, number}.
Knob ReadKnob(const SpecNode& node, const std::string& path,
              Problems& problems) {
  Knob knob;
  const SpecNode* axis = node.Find("axis");
  const SpecNode* label = node.Find("label");
  if (axis == nullptr || label == nullptr) {
    problems.Add(node.mark, path, "expected {axis, label} or with a number");
    return knob;
  }
  RefuseUnknownKeys(node, path, {"axis", "label", "number"}, problems);
  ReadValue(*axis, absl::StrCat(path, ".axis"), problems, &knob.axis);
  ReadValue(*label, absl::StrCat(path, ".label"), problems, &knob.label);
  if (const SpecNode* number = node.Find("number")) {
    double value = 0;
    ReadValue(*number, absl::StrCat(path, ".number"), problems, &value);
    knob.number = value;
  }
  return knob;
}

// Reads {block, setting, knobs}.
Cell ReadCell(const SpecNode& node, const std::string& path,
              Problems& problems) {
  Cell cell;
  const SpecNode* block = node.Find("block");
  const SpecNode* setting = node.Find("setting");
  if (block == nullptr || setting == nullptr) {
    problems.Add(node.mark, path, "expected {block, setting}");
    return cell;
  }
  RefuseUnknownKeys(node, path, {"block", "setting", "knobs"}, problems);
  ReadValue(*block, absl::StrCat(path, ".block"), problems, &cell.block);
  ReadValue(*setting, absl::StrCat(path, ".setting"), problems, &cell.setting);
  const SpecNode* knobs = node.Find("knobs");
  if (knobs == nullptr) return cell;
  if (!knobs->is_list()) {
    AddWrongType(*knobs, absl::StrCat(path, ".knobs"),
                 "a list of {axis, label}", problems);
  }
  for (size_t i = 0; i < knobs->items.size(); ++i) {
    cell.knobs.push_back(ReadKnob(
        knobs->items[i], absl::StrCat(path, ".knobs[", i, "]"), problems));
  }
  return cell;
}

std::vector<Cell> ReadCells(const SpecNode& node, const std::string& path,
                            Problems& problems) {
  std::vector<Cell> cells;
  if (!node.is_list()) {
    AddWrongType(node, path, "a list of {block, setting}", problems);
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    cells.push_back(
        ReadCell(node.items[i], absl::StrCat(path, "[", i, "]"), problems));
  }
  return cells;
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
  std::vector<Cell> cells;
  if (const SpecNode* list = node.Find("cells")) {
    cells = ReadCells(*list, absl::StrCat(path, ".cells"), problems);
  }
  if (!problems.empty()) return;
  settings.metrics = spec.metrics;
  if (cells.empty()) cells.push_back({"trials", path});
  for (const Cell& cell : cells) builder.AddTrial(settings, cell);
}

}  // namespace

Plan MakePlan(const Spec& spec, Problems& problems) {
  Plan plan;
  plan.study = spec.study;
  plan.question = spec.question;
  plan.columns = ChosenColumns(spec, problems);
  for (const Axis& axis : spec.axes) plan.axes.push_back({axis.name, axis.set});
  PlanBuilder builder(plan);
  if (spec.cells) {
    for (const Cell& cell : ReadCells(*spec.cells, "cells", problems)) {
      builder.AddCell(cell);
    }
  }
  for (size_t i = 0; i < spec.trials.size(); ++i) {
    AddExplicitTrial(spec, spec.trials[i], absl::StrCat("trials[", i, "]"),
                     builder, problems);
  }
  if (!spec.trials.empty()) return plan;
  for (const Block& block : spec.blocks) {
    AddBlock(spec, block, builder, problems);
  }
  if (!spec.base.is_map()) return plan;  // Noted already.
  if (spec.blocks.empty()) {
    AddSetting(spec, spec.base, {"base", "base"}, builder, problems);
  } else {
    // Axes may give what the base leaves out, and hide what is wrong in it.
    TrialSettings ignored;
    Problems in_base;
    ReadTrialSections(spec.base, "base", {}, in_base, &ignored);
    problems.AddAllButMissing(in_base);
  }
  return plan;
}

Study StudyOf(const Plan& plan) {
  Study study{plan.study,     plan.question,        plan.reference,
              plan.selection, plan.selection_lower, plan.axes,
              plan.columns,   plan.cells,           {}};
  for (const Trial& trial : plan.trials) {
    study.trials.push_back({trial.id, trial.settings.seed, trial.cells});
  }
  return study;
}

Json PlanToSpec(const Plan& plan) {
  const auto to_json = [&plan](size_t cell) {
    return Json{{"block", plan.cells[cell].block},
                {"setting", plan.cells[cell].setting}};
  };
  Json cells = Json::array();
  for (size_t i = 0; i < plan.cells.size(); ++i) {
    cells.push_back(to_json(i));
    if (plan.cells[i].knobs.empty()) continue;
    cells.back()["knobs"] = KnobsToJson(plan.cells[i].knobs);
  }
  Json trials = Json::array();
  for (const Trial& trial : plan.trials) {
    Json json = trial.settings.ToJson();
    json.erase("metrics");  // The study's, below.
    json["cells"] = Json::array();
    for (const size_t cell : trial.cells) {
      json["cells"].push_back(to_json(cell));
    }
    trials.push_back(std::move(json));
  }
  Json compare = Json::array();
  for (const Column& column : plan.columns) compare.push_back(column.name());
  const Json metrics = plan.trials.empty()
                           ? Json::array()
                           : plan.trials[0].settings.ToJson()["metrics"];
  return {{"study", plan.study}, {"question", plan.question},
          {"metrics", metrics},  {"compare", {{"metrics", compare}}},
          {"cells", cells},      {"trials", trials}};
}

}  // namespace bigstep
