#include "experiments/spec/sweep.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/read_value.h"
#include "base/suggest.h"
#include "experiments/spec/read_map.h"

namespace bigstep {
namespace {

// More is a typing error.
constexpr int64_t kMaxDraws = 1000000;

// The options that an axis sets, whatever its value.
std::vector<std::string> OptionsOf(const Axis& axis) {
  std::vector<std::string> options = {axis.set};
  for (const std::vector<OptionSetting>& with : axis.with) {
    for (const OptionSetting& setting : with) options.push_back(setting.option);
  }
  return options;
}

// Whether setting `option` may change what a condition on the option `key`
// sees. The options of a plugin do not change its name.
bool Changes(const std::string& option, const std::string& key) {
  return Undoes(option, key) || option == absl::StrCat(key, ".name") ||
         absl::StartsWith(option, absl::StrCat(key, "["));
}

// Reads the sweeps of a plan.
class PlanReader {
 public:
  PlanReader(const std::vector<Axis>& axes, const SpecNode& declared,
             Problems& problems)
      : axes_(axes), declared_(declared), problems_(problems) {}

  // One map of sweeps.
  void ReadMap(const SpecNode& map, const std::string& path);

  Sweeps TakeSweeps() { return std::move(read_); }

 private:
  void ReadRules(const SpecNode& map, const std::string& path);
  void ReadList(const std::string& kind, const SpecNode& node,
                const std::string& path);
  void ReadRandom(const SpecNode& node, const std::string& path);
  bool ReadAxisNames(const SpecNode& node, Sweep& sweep);
  bool ReadAxisName(const SpecNode& node, const std::string& path,
                    Sweep& sweep);
  void CheckAxis(const Sweep& sweep, size_t position);
  void CheckDependence(const Sweep& sweep, size_t position,
                       const std::string& key, const std::string& path);
  void CheckZip(const Sweep& sweep);
  void Add(Sweep sweep);

  const std::vector<Axis>& axes_;
  const SpecNode& declared_;
  Problems& problems_;
  Sweeps read_;
};

void PlanReader::ReadMap(const SpecNode& map, const std::string& path) {
  if (!map.is_map()) {
    AddWrongType(map, path,
                 path == "plan" ? "a map of sweeps, or a list of such maps"
                                : "a map of sweeps",
                 problems_);
    return;
  }
  RefuseUnknownKeys(
      map, path, {"one_at_a_time", "grid", "zip", "random", "exclude", "when"},
      problems_);
  read_.rules.emplace_back();
  bool has_sweeps = false;
  for (const auto& [key, node, key_mark] : map.entries) {
    const std::string here = absl::StrCat(path, ".", key);
    if (key == "one_at_a_time" || key == "grid" || key == "zip") {
      ReadList(key, node, here);
    } else if (key == "random") {
      ReadRandom(node, here);
    } else {
      continue;
    }
    has_sweeps = true;
  }
  const int before = problems_.count();
  ReadRules(map, path);
  read_.rules.back().wrong = problems_.count() != before;
  if (!has_sweeps && (path != "plan" || !map.entries.empty())) {
    problems_.Add(map.mark, path,
                  "expected a sweep: one_at_a_time, grid, zip or random");
  }
}

// Reads `exclude` and `when`.
void PlanReader::ReadRules(const SpecNode& map, const std::string& path) {
  SweepRules& rules = read_.rules.back();
  if (const SpecNode* when = map.Find("when")) {
    rules.when = ReadCondition(*when, absl::StrCat(path, ".when"), problems_);
    CheckCondition(*rules.when, axes_, declared_, problems_);
  }
  const SpecNode* exclude = map.Find("exclude");
  if (exclude == nullptr) return;
  const std::string here = absl::StrCat(path, ".exclude");
  if (!exclude->is_list()) {
    AddWrongType(*exclude, here, "a list of maps from axes to values",
                 problems_);
    return;
  }
  for (size_t i = 0; i < exclude->items.size(); ++i) {
    rules.exclude.push_back(ReadCondition(
        exclude->items[i], absl::StrCat(here, "[", i, "]"), problems_));
    CheckCondition(rules.exclude.back(), axes_, declared_, problems_);
  }
}

// Reads the sweeps of one kind.
void PlanReader::ReadList(const std::string& kind, const SpecNode& node,
                          const std::string& path) {
  const bool alone = kind == "one_at_a_time";
  if (!node.is_list()) {
    AddWrongType(node, path,
                 alone ? "a list of axes" : "a list of lists of axes",
                 problems_);
    return;
  }
  if (node.items.empty()) {
    problems_.Add(node.mark, path, "expected at least one axis");
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    const SpecNode& item = node.items[i];
    Sweep sweep;
    sweep.kind = kind == "zip" ? Sweep::Kind::kZip : Sweep::Kind::kGrid;
    sweep.mark = item.mark;
    sweep.path = absl::StrCat(path, "[", i, "]");
    if (alone ? ReadAxisName(item, sweep.path, sweep)
              : ReadAxisNames(item, sweep)) {
      Add(std::move(sweep));
    }
  }
}

// Reads {axes, draws, seed}.
void PlanReader::ReadRandom(const SpecNode& node, const std::string& path) {
  if (!node.is_map()) {
    AddWrongType(node, path, "a map with 'axes', 'draws' and 'seed'",
                 problems_);
    return;
  }
  RefuseUnknownKeys(node, path, {"axes", "draws", "seed"}, problems_);
  Sweep sweep;
  sweep.kind = Sweep::Kind::kRandom;
  sweep.mark = node.mark;
  sweep.path = absl::StrCat(path, ".axes");
  ReadKey(node, path, "seed", problems_, &sweep.seed);
  if (const SpecNode* draws = node.Find("draws")) {
    if (ReadKey(node, path, "draws", problems_, &sweep.draws) &&
        (sweep.draws < 1 || sweep.draws > kMaxDraws)) {
      problems_.Add(
          draws->mark, absl::StrCat(path, ".draws"),
          absl::StrCat("must be >= 1, <= ", kMaxDraws, ", got ", sweep.draws));
      sweep.draws = 1;
    }
  } else {
    problems_.Add(node.mark, path,
                  "missing key 'draws' (how many configurations)");
  }
  const SpecNode* axes = node.Find("axes");
  if (axes == nullptr) {
    problems_.Add(node.mark, path, "missing key 'axes' (what is drawn)");
  } else if (ReadAxisNames(*axes, sweep)) {
    Add(std::move(sweep));
  }
}

// Reads a list of axes; false on an error.
bool PlanReader::ReadAxisNames(const SpecNode& node, Sweep& sweep) {
  if (!node.is_list()) {
    AddWrongType(node, sweep.path, "a list of axes, as in [[lr, l2]]",
                 problems_);
    return false;
  }
  if (node.items.empty()) {
    problems_.Add(node.mark, sweep.path, "expected at least one axis");
    return false;
  }
  bool all = true;
  for (size_t j = 0; j < node.items.size(); ++j) {
    all &= ReadAxisName(node.items[j], absl::StrCat(sweep.path, "[", j, "]"),
                        sweep);
  }
  return all;
}

// Adds the axis that `node` names to the sweep; false on an error, here or in
// the axis.
bool PlanReader::ReadAxisName(const SpecNode& node, const std::string& path,
                              Sweep& sweep) {
  if (!node.is_scalar()) {
    AddWrongType(node, path, "the name of an axis", problems_);
    return false;
  }
  if (const auto axis = FindAxis(axes_, node.text)) {
    sweep.axes.push_back(*axis);
    sweep.marks.push_back(node.mark);
    return true;
  }
  // The errors of a declared axis were added already.
  if (declared_.Find(node.text) != nullptr) return false;
  std::vector<std::string> known;
  for (const auto& entry : declared_.entries) known.push_back(entry.key);
  problems_.Add(
      node.mark, path,
      absl::StrCat("no axis '", node.text, "'", Known(node.text, known)));
  return false;
}

// Checks the axis at `position` of a sweep against those before it.
void PlanReader::CheckAxis(const Sweep& sweep, size_t position) {
  const Axis& axis = axes_[sweep.axes[position]];
  const std::string path = sweep.axes.size() == 1
                               ? sweep.path
                               : absl::StrCat(sweep.path, "[", position, "]");
  const Mark& mark = sweep.marks[position];
  const auto before =
      sweep.axes.begin() + static_cast<std::ptrdiff_t>(position);
  if (axis.range && sweep.kind != Sweep::Kind::kRandom) {
    problems_.Add(
        mark, path,
        absl::StrCat("axis '", axis.name,
                     "' has a range, which only a random sweep can draw "
                     "from; give it 'values'"));
  }
  for (auto earlier = sweep.axes.begin(); earlier != before; ++earlier) {
    const Axis& other = axes_[*earlier];
    // Axes that do not always apply are compared in the expansion.
    const bool always =
        *earlier == sweep.axes[position] || (!axis.when && !other.when);
    const std::string conflict = always ? Conflict(axis, other) : "";
    if (!conflict.empty()) problems_.Add(mark, path, conflict);
  }
  if (!axis.when) return;
  for (const Requirement& requirement : axis.when->all) {
    const auto other = FindAxis(axes_, requirement.key);
    if (!other) CheckDependence(sweep, position, requirement.key, path);
    if (!other || std::find(sweep.axes.begin(), before, *other) != before) {
      continue;
    }
    problems_.Add(
        mark, path,
        absl::StrCat("axis '", axis.name, "' depends on axis '",
                     requirement.key, "', which must be named before it here"));
  }
}

// Checks that no axis from `position` on changes the option `key`, on which
// the axis there depends: its condition is judged before they are set.
void PlanReader::CheckDependence(const Sweep& sweep, size_t position,
                                 const std::string& key,
                                 const std::string& path) {
  const Axis& axis = axes_[sweep.axes[position]];
  for (size_t i = position; i < sweep.axes.size(); ++i) {
    const Axis& later = axes_[sweep.axes[i]];
    for (const std::string& option : OptionsOf(later)) {
      if (!Changes(option, key)) continue;
      problems_.Add(
          sweep.marks[position], path,
          absl::StrCat(
              "axis '", axis.name, "' depends on ", key,
              i == position
                  ? absl::StrCat(", which it sets (", option, ") itself")
                  : absl::StrCat(", which axis '", later.name,
                                 "' changes (it sets ", option, "); '",
                                 later.name,
                                 "' must be named before it here")));
      break;
    }
  }
}

// Adds an error for axes of different lengths and for duplicate pairs.
void PlanReader::CheckZip(const Sweep& sweep) {
  if (sweep.axes.size() < 2) {
    problems_.Add(sweep.mark, sweep.path,
                  "expected at least two axes, whose values go together");
    return;
  }
  std::set<std::vector<std::string>> seen;
  const Axis& first = axes_[sweep.axes[0]];
  for (size_t i = 1; i < sweep.axes.size(); ++i) {
    const Axis& axis = axes_[sweep.axes[i]];
    if (axis.values.size() == first.values.size()) continue;
    problems_.Add(
        sweep.marks[i], absl::StrCat(sweep.path, "[", i, "]"),
        absl::StrCat("axis '", axis.name, "' has ", axis.values.size(),
                     " values, axis '", first.name, "' ", first.values.size(),
                     "; axes of a zip need equally many"));
    return;
  }
  for (size_t v = 0; v < first.values.size(); ++v) {
    std::vector<std::string> labels;
    for (const size_t axis : sweep.axes) {
      labels.push_back(axes_[axis].labels[v]);
    }
    if (seen.insert(labels).second) continue;
    problems_.Add(
        first.values[v].mark, sweep.path,
        absl::StrCat("duplicate '", absl::StrJoin(labels, ", "), "'"));
  }
}

void PlanReader::Add(Sweep sweep) {
  const int before = problems_.count();
  for (size_t i = 0; i < sweep.axes.size(); ++i) CheckAxis(sweep, i);
  if (sweep.kind == Sweep::Kind::kZip) CheckZip(sweep);
  sweep.rules = read_.rules.size() - 1;
  const bool no_draws = sweep.kind == Sweep::Kind::kRandom && sweep.draws < 1;
  sweep.wrong = problems_.count() != before || no_draws;
  read_.sweeps.push_back(std::move(sweep));
}

// Adds an error for each duplicate value of an axis. Axes of a zip may repeat
// theirs.
void CheckRepeats(const std::vector<Axis>& axes,
                  const std::vector<Sweep>& sweeps, Problems& problems) {
  std::set<size_t> crossed, used;
  for (const Sweep& sweep : sweeps) {
    used.insert(sweep.axes.begin(), sweep.axes.end());
    if (sweep.kind == Sweep::Kind::kZip) continue;
    crossed.insert(sweep.axes.begin(), sweep.axes.end());
  }
  for (size_t a = 0; a < axes.size(); ++a) {
    if (used.count(a) > 0 && crossed.count(a) == 0) continue;
    std::set<std::string> seen;
    for (size_t i = 0; i < axes[a].labels.size(); ++i) {
      if (seen.insert(axes[a].labels[i]).second) continue;
      problems.Add(axes[a].values[i].mark,
                   absl::StrCat("axes.", axes[a].name, ".values[", i, "]"),
                   absl::StrCat("duplicate '", axes[a].labels[i], "'"));
    }
  }
}

}  // namespace

Sweeps ReadPlan(const SpecNode& plan, const std::vector<Axis>& axes,
                const SpecNode& declared, Problems& problems) {
  PlanReader reader(axes, declared, problems);
  if (plan.is_list()) {
    for (size_t i = 0; i < plan.items.size(); ++i) {
      reader.ReadMap(plan.items[i], absl::StrCat("plan[", i, "]"));
    }
  } else {
    reader.ReadMap(plan, "plan");
  }
  Sweeps read = reader.TakeSweeps();
  CheckRepeats(axes, read.sweeps, problems);
  return read;
}

std::string SweepName(const Sweep& sweep, const std::vector<Axis>& axes) {
  std::vector<std::string> names;
  for (const size_t axis : sweep.axes) names.push_back(axes[axis].name);
  return absl::StrCat(sweep.kind == Sweep::Kind::kZip      ? "zip "
                      : sweep.kind == Sweep::Kind::kRandom ? "random "
                                                           : "",
                      absl::StrJoin(names, " x "));
}

std::string Conflict(const Axis& later, const Axis& earlier) {
  for (const std::string& after : OptionsOf(later)) {
    for (const std::string& before : OptionsOf(earlier)) {
      if (!Undoes(after, before)) continue;
      return absl::StrCat(
          "axis '", later.name, "' sets ", after, " and so undoes axis '",
          earlier.name, "', which sets ", before,
          before == after ? "; they cannot be crossed" : "; name it first");
    }
  }
  return "";
}

}  // namespace bigstep
