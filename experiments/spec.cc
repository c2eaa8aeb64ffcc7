#include "experiments/spec.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/read_value.h"
#include "base/spec_reader.h"
#include "base/suggest.h"
#include "experiments/trial.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

// More is a slip of the keyboard, and would fill the memory with trials.
constexpr int64_t kMaxSeeds = 10000;

// The entry `key` of `map` read into `value`, if it is there.
template <class T>
void ReadKey(const SpecNode& map, const std::string& path,
             const std::string& key, Problems& problems, T* value) {
  if (const SpecNode* node = map.Find(key)) {
    ReadValue(*node, path.empty() ? key : absl::StrCat(path, ".", key),
              problems, value);
  }
}

// Applies "path=value" number `index` to the tree.
void Override(const std::string& text, int index, SpecNode& root,
              Problems& problems) {
  // Positions count from the value: the source is named without it.
  const std::string source =
      absl::StrCat("--set=", text.substr(0, text.find('=')));
  Mark mark{std::make_shared<const std::string>(source), index + 1, 1, 1};
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (parts.first.empty() || text.find('=') == std::string::npos) {
    problems.Add(mark, "", "expected path=value, as in optimizer.lr=0.3");
    return;
  }
  SpecNode value = ReadSpec(parts.second, source, index + 1, problems);
  value.mark = mark;
  const std::vector<std::string> steps = absl::StrSplit(parts.first, '.');
  const std::vector<std::string>& sections = TrialSections();
  const bool below_base =
      std::find(sections.begin(), sections.end(), steps[0]) != sections.end();
  const std::string path =
      below_base ? absl::StrCat("base.", parts.first) : parts.first;
  if (!SetAtPath(root, path, mark, value)) {
    problems.Add(mark, "",
                 absl::StrCat("cannot set '", path,
                              "': a part of the path is not a map"));
  }
}

// The labels of an axis whose values were read; false if something is wrong.
bool ReadLabels(const SpecNode& node, const std::string& path, Axis& axis,
                Problems& problems) {
  const SpecNode* labels = node.Find("labels");
  if (labels == nullptr) {
    for (const SpecNode& value : axis.values) {
      axis.labels.push_back(value.ToFlow());
    }
  } else {
    const int before = problems.count();
    ReadValue(*labels, absl::StrCat(path, ".labels"), problems, &axis.labels);
    if (problems.count() != before) return false;
    if (axis.labels.size() != axis.values.size()) {
      problems.Add(labels->mark, absl::StrCat(path, ".labels"),
                   absl::StrCat("expected ", axis.values.size(),
                                " labels, one for each value, found ",
                                axis.labels.size()));
      return false;
    }
  }
  const int before = problems.count();
  for (size_t i = 0; i < axis.labels.size(); ++i) {
    const auto here = axis.labels.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(axis.labels.begin(), here, *here) != here) {
      problems.Add(axis.values[i].mark, absl::StrCat(path, ".values[", i, "]"),
                   absl::StrCat("'", *here, "' stands there twice"));
    }
  }
  return problems.count() == before;
}

void ReadAxis(const std::string& name, const SpecNode& node, Spec& spec,
              Problems& problems) {
  const std::string path = absl::StrCat("axes.", name);
  if (!node.is_map()) {
    AddWrongType(node, path, "a map with 'set' and 'values'", problems);
    return;
  }
  RefuseUnknownKeys(node, path, {"set", "values", "labels"}, problems);
  Axis axis;
  axis.name = name;
  ReadKey(node, path, "set", problems, &axis.set);
  const SpecNode* set = node.Find("set");
  if (set == nullptr) {
    problems.Add(node.mark, path, "missing key 'set' (what the axis varies)");
    return;
  }
  axis.set_mark = set->mark;
  const std::string section = axis.set.substr(0, axis.set.find('.'));
  const std::vector<std::string>& sections = TrialSections();
  if (std::find(sections.begin(), sections.end(), section) == sections.end()) {
    problems.Add(set->mark, absl::StrCat(path, ".set"),
                 absl::StrCat("no section '", section, "' to vary",
                              DidYouMean(section, sections),
                              " (known: ", absl::StrJoin(sections, ", "), ")"));
    return;
  }
  const SpecNode* values = node.Find("values");
  if (values == nullptr || !values->is_list() || values->items.empty()) {
    problems.Add(values == nullptr ? node.mark : values->mark, path,
                 "expected 'values', a list with at least one value");
    return;
  }
  axis.values = values->items;
  if (!ReadLabels(node, path, axis, problems)) return;
  spec.axes.push_back(std::move(axis));
}

// Adds the position of the axis that `node` names to `block`.
void ReadAxisName(const SpecNode& node, const std::string& path,
                  const SpecNode* axes, const Spec& spec, Block& block,
                  Problems& problems) {
  if (!node.is_scalar()) {
    AddWrongType(node, path, "the name of an axis", problems);
    return;
  }
  std::vector<std::string> known;
  for (size_t i = 0; i < spec.axes.size(); ++i) {
    if (spec.axes[i].name == node.text) {
      block.axes.push_back(i);
      return;
    }
  }
  if (axes != nullptr) {
    // An axis that is there but wrong was noted already.
    if (axes->Find(node.text) != nullptr) return;
    for (const auto& entry : axes->entries) known.push_back(entry.key);
  }
  problems.Add(
      node.mark, path,
      absl::StrCat("no axis '", node.text, "'", DidYouMean(node.text, known),
                   " (known: ", absl::StrJoin(known, ", "), ")"));
}

// One list of axes to be crossed.
void ReadGrid(const SpecNode& node, const std::string& path,
              const SpecNode* axes, const Spec& spec, Block& block,
              Problems& problems) {
  if (!node.is_list()) {
    AddWrongType(node, path, "a list of axes", problems);
    return;
  }
  if (node.items.empty()) {
    problems.Add(node.mark, path, "expected at least one axis");
  }
  const int before = problems.count();
  for (size_t j = 0; j < node.items.size(); ++j) {
    ReadAxisName(node.items[j], absl::StrCat(path, "[", j, "]"), axes, spec,
                 block, problems);
  }
  if (problems.count() != before) return;
  // Axes are set in this order: a later one must not undo an earlier one, or
  // rows would be named after values that their trials do not have.
  for (size_t j = 1; j < block.axes.size(); ++j) {
    const Axis& later = spec.axes[block.axes[j]];
    for (size_t i = 0; i < j; ++i) {
      const Axis& earlier = spec.axes[block.axes[i]];
      if (earlier.set != later.set &&
          !absl::StartsWith(earlier.set, absl::StrCat(later.set, "."))) {
        continue;
      }
      problems.Add(
          node.items[j].mark, absl::StrCat(path, "[", j, "]"),
          absl::StrCat("axis '", later.name, "' sets ", later.set,
                       " and so undoes axis '", earlier.name, "', which sets ",
                       earlier.set,
                       earlier.set == later.set ? "; they cannot be crossed"
                                                : "; name it first"));
    }
  }
}

void ReadPlan(const SpecNode& plan, const SpecNode* axes, Spec& spec,
              Problems& problems) {
  if (!plan.is_map()) {
    AddWrongType(plan, "plan", "a map", problems);
    return;
  }
  RefuseUnknownKeys(plan, "plan", {"one_at_a_time", "grid"}, problems);
  for (const auto& [key, node, key_mark] : plan.entries) {
    const std::string path = absl::StrCat("plan.", key);
    const bool grid = key == "grid";
    if (!grid && key != "one_at_a_time") continue;
    if (!node.is_list()) {
      AddWrongType(node, path,
                   grid ? "a list of lists of axes" : "a list of axes",
                   problems);
      continue;
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      const SpecNode& item = node.items[i];
      const std::string item_path = absl::StrCat(path, "[", i, "]");
      Block block;
      if (!grid) {
        ReadAxisName(item, item_path, axes, spec, block, problems);
      } else {
        ReadGrid(item, item_path, axes, spec, block, problems);
      }
      if (!block.axes.empty()) spec.blocks.push_back(std::move(block));
    }
  }
}

void ReadAxesAndPlan(const SpecNode& root, Spec& spec, Problems& problems) {
  const SpecNode* axes = root.Find("axes");
  if (axes != nullptr && !axes->is_map()) {
    AddWrongType(*axes, "axes", "a map from axis name to 'set' and 'values'",
                 problems);
  } else if (axes != nullptr) {
    for (const auto& [name, node, key_mark] : axes->entries) {
      ReadAxis(name, node, spec, problems);
    }
  }
  if (const SpecNode* plan = root.Find("plan")) {
    ReadPlan(*plan, axes, spec, problems);
  } else if (axes != nullptr) {
    problems.Add(axes->mark, "axes",
                 "these axes are in no plan; add a section 'plan' with "
                 "one_at_a_time or grid");
  }
  for (size_t i = 0; i < spec.axes.size(); ++i) {
    const bool used = std::any_of(
        spec.blocks.begin(), spec.blocks.end(), [i](const Block& block) {
          return std::find(block.axes.begin(), block.axes.end(), i) !=
                 block.axes.end();
        });
    if (!used && root.Find("plan") != nullptr) {
      problems.Add(axes->Find(spec.axes[i].name)->mark,
                   absl::StrCat("axes.", spec.axes[i].name),
                   "this axis is in no block of the plan");
    }
  }
}

void ReadCompare(const SpecNode& root, Spec& spec, Problems& problems) {
  const SpecNode* compare = root.Find("compare");
  if (compare == nullptr) return;
  if (!compare->is_map()) {
    AddWrongType(*compare, "compare", "a map", problems);
    return;
  }
  RefuseUnknownKeys(*compare, "compare", {"metrics"}, problems);
  const SpecNode* metrics = compare->Find("metrics");
  if (metrics == nullptr) {
    problems.Add(compare->mark, "compare", "missing key 'metrics'");
    return;
  }
  if (!metrics->is_list()) {
    AddWrongType(*metrics, "compare.metrics", "a list of results", problems);
    return;
  }
  for (size_t i = 0; i < metrics->items.size(); ++i) {
    std::string name;
    ReadValue(metrics->items[i], absl::StrCat("compare.metrics[", i, "]"),
              problems, &name);
    for (const ComparedResult& other : spec.compare) {
      if (other.name == name) {
        problems.Add(metrics->items[i].mark,
                     absl::StrCat("compare.metrics[", i, "]"),
                     absl::StrCat("'", name, "' stands there twice"));
      }
    }
    spec.compare.push_back({name, metrics->items[i].mark});
  }
}

void ReadHead(const SpecNode& root, Spec& spec, Problems& problems) {
  ReadKey(root, "", "question", problems, &spec.question);
  ReadKey(root, "", "study", problems, &spec.study);
  const SpecNode* study = root.Find("study");
  if (study == nullptr) {
    problems.Add(root.mark, "", "missing key 'study' (the name of the study)");
  } else if (study->is_scalar() && !IsName(spec.study)) {
    problems.Add(study->mark, "study",
                 absl::StrCat("must be lower-case letters, digits and _, "
                              "beginning with a letter, got '",
                              spec.study, "'"));
  }
}

void ReadMetrics(const SpecNode& root, Spec& spec, Problems& problems) {
  const SpecNode* metrics = root.Find("metrics");
  if (metrics == nullptr) {
    problems.Add(root.mark, "", "missing key 'metrics' (what to measure)");
    return;
  }
  spec.metrics = ReadMetricChoices(*metrics, "metrics", problems);
  if (metrics->is_list() && metrics->items.empty()) {
    problems.Add(metrics->mark, "metrics", "expected at least one metric");
  }
}

void ReadSeeds(const SpecNode& root, Spec& spec, Problems& problems) {
  const SpecNode* seeds = root.Find("seeds");
  if (seeds == nullptr) return;
  ReadValue(*seeds, "seeds", problems, &spec.seeds);
  if (spec.seeds < 1 || spec.seeds > kMaxSeeds) {
    problems.Add(
        seeds->mark, "seeds",
        absl::StrCat("must be >= 1, <= ", kMaxSeeds, ", got ", spec.seeds));
    spec.seeds = 1;
  }
}

}  // namespace

Spec ReadStudySpec(absl::string_view yaml, const std::string& source,
                   const std::vector<std::string>& overrides,
                   Problems& problems) {
  Spec spec;
  SpecNode root = ReadSpec(yaml, source, 0, problems);
  if (!root.is_map()) {
    // A syntax error was noted already.
    if (problems.empty()) AddWrongType(root, "", "a map", problems);
    return spec;
  }
  for (size_t i = 0; i < overrides.size(); ++i) {
    Override(overrides[i], static_cast<int>(i), root, problems);
  }
  const bool explicit_trials = root.Find("trials") != nullptr;
  RefuseUnknownKeys(
      root, "",
      explicit_trials
          ? std::vector<std::string>{"study", "question", "metrics", "compare",
                                     "cells", "trials"}
          : std::vector<std::string>{"study", "question", "base", "metrics",
                                     "axes", "plan", "seeds", "compare"},
      problems);
  ReadHead(root, spec, problems);
  ReadMetrics(root, spec, problems);
  ReadCompare(root, spec, problems);
  if (explicit_trials) {
    const SpecNode& trials = *root.Find("trials");
    if (!trials.is_list()) {
      AddWrongType(trials, "trials", "a list of trials", problems);
    } else if (trials.items.empty()) {
      problems.Add(trials.mark, "trials", "expected at least one trial");
    }
    spec.trials = trials.items;
    if (const SpecNode* cells = root.Find("cells")) spec.cells = *cells;
    return spec;
  }
  ReadAxesAndPlan(root, spec, problems);
  ReadSeeds(root, spec, problems);
  const SpecNode* base = root.Find("base");
  if (base == nullptr) {
    problems.Add(root.mark, "", "missing key 'base' (one complete setting)");
  } else if (!base->is_map()) {
    AddWrongType(*base, "base", "a map with the sections of a trial", problems);
  } else {
    spec.base = *base;
  }
  return spec;
}

}  // namespace bigstep
