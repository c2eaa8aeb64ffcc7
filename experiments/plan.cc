#include "experiments/plan.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/suggest.h"
#include "experiments/expand.h"
#include "experiments/sections.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

// 100,000 trials take 300 MB, most of it for LibTorch and text.
constexpr int64_t kMaxTrials = 1000000;

// Collects trials, merging equal ones.
class PlanBuilder {
 public:
  explicit PlanBuilder(Plan& plan) : plan_(plan) {}

  // The position of a cell, which is added at the end if it is new.
  size_t AddCell(const Cell& cell) {
    const auto [it, is_new] = cell_positions_.emplace(
        absl::StrCat(cell.block, "\n", cell.setting), plan_.cells.size());
    if (is_new) plan_.cells.push_back(cell);
    return it->second;
  }

  // Adds a trial to the cell at `position`.
  void AddTrial(std::string id, const TrialSettings& settings,
                size_t position) {
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
  std::unordered_map<std::string, size_t> cell_positions_;
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
    const auto metric = Metrics::Get().Make(config, {});
    if (!metric.ok()) continue;  // Said again, and recorded, by the trial.
    for (const ResultSpec& result : (*metric)->Traits().results) {
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
  for (const Cell& cell : plan.cells) {
    if (cell.knobs.size() != 1) continue;
    const std::string& axis = cell.knobs[0].axis;
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
  for (const Block& block : spec.blocks) {
    double settings = block.kind == Block::Kind::kRandom
                          ? static_cast<double>(block.draws)
                          : 1;
    for (const size_t axis : block.axes) {
      const auto values = static_cast<double>(spec.axes[axis].values.size());
      if (block.kind == Block::Kind::kGrid) settings *= values;
      if (block.kind == Block::Kind::kZip) settings = values;
    }
    trials += settings * static_cast<double>(spec.seeds);
    if (trials <= static_cast<double>(kMaxTrials)) continue;
    problems.Add(block.mark, block.path,
                 absl::StrCat("with this block the plan has ", trials,
                              " trials; at most ", kMaxTrials,
                              " can be planned at once"));
    return true;
  }
  return false;
}

void AddBase(const Spec& spec, SettingReader& reader, const SettingSink& sink,
             Problems& problems) {
  TrialSettings settings;
  TrialIdentity identity;
  if (reader.Read(Sections(spec.base), problems, &settings, &identity)) {
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
  const SettingSink sink = [&](const Cell& cell, TrialSettings settings,
                               TrialIdentity identity) {
    // Whatever is wrong, here or elsewhere, the plan will not be used.
    if (!problems.empty()) return;
    settings.metrics = spec.metrics;
    identity.Set("metrics", metrics);
    const size_t position = builder.AddCell(cell);
    for (int64_t seed = 0; seed < spec.seeds; ++seed) {
      settings.seed = seed;
      builder.AddTrial(identity.Id(seed), settings, position);
    }
  };
  SettingReader reader;
  if (spec.blocks.empty()) {
    AddBase(spec, reader, sink, problems);
    return;
  }
  ExpandBlocks(spec, reader, sink, problems);
  // Axes may give what the base leaves out, and hide what is wrong in it.
  TrialSettings ignored;
  Problems in_base;
  ReadTrialSections(spec.base, "base", {}, in_base, &ignored);
  problems.AddAllButMissing(in_base);
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
  const std::string axis_path = absl::StrCat(path, ".axis");
  const int before = problems.count();
  ReadValue(*axis, axis_path, problems, &knob.axis);
  // It becomes part of scripts and of files' names.
  if (problems.count() == before && !IsName(knob.axis)) {
    problems.Add(axis->mark, axis_path,
                 absl::StrCat("must be lower-case letters, digits and _, "
                              "beginning with a letter, got '",
                              knob.axis, "'"));
  }
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
  const std::string id = settings.Id();
  for (const Cell& cell : cells) {
    builder.AddTrial(id, settings, builder.AddCell(cell));
  }
}

// Adds the trials that the spec writes out.
void AddWrittenTrials(const Spec& spec, PlanBuilder& builder,
                      Problems& problems) {
  if (spec.cells) {
    for (const Cell& cell : ReadCells(*spec.cells, "cells", problems)) {
      builder.AddCell(cell);
    }
  }
  for (size_t i = 0; i < spec.trials.size(); ++i) {
    AddExplicitTrial(spec, spec.trials[i], absl::StrCat("trials[", i, "]"),
                     builder, problems);
  }
}

// Adds axes that written-out cells have knobs of and `axes` does not name.
void AddUnnamedAxes(Plan& plan) {
  std::set<std::string> names;
  for (const StudyAxis& axis : plan.axes) names.insert(axis.name);
  for (const Cell& cell : plan.cells) {
    for (const Knob& knob : cell.knobs) {
      if (names.insert(knob.axis).second) plan.axes.push_back({knob.axis, ""});
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
  // Without cells, every reference would seem wrong.
  if (problems.count() == before) ChooseReference(spec, plan, problems);
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
          {"cells", cells},
          {"trials", trials}};
}

}  // namespace bigstep
