#include "experiments/spec/axis.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/lookalike.h"
#include "base/read_value.h"
#include "base/suggest.h"
#include "base/unicode.h"
#include "experiments/spec/default_labels.h"
#include "experiments/spec/read_map.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// Words of --only and of `compare`, which an axis of that name would hide.
const std::vector<std::string>& ReservedNames() {
  static const auto* const names = new std::vector<std::string>{
      "axis", "block", "id", "none", "seed", "setting", "state"};
  return *names;
}

// The position of `item` in `list`, or its size.
template <class T>
size_t PositionIn(const std::vector<T>& list, const T& item) {
  return static_cast<size_t>(std::find(list.begin(), list.end(), item) -
                             list.begin());
}

void CheckAxisName(const std::string& name, const Mark& mark,
                   Problems& problems) {
  const std::string path = absl::StrCat("axes.", name);
  if (!CheckName(name, mark, path, problems)) return;
  if (PositionIn(ReservedNames(), name) < ReservedNames().size()) {
    problems.Add(mark, path,
                 absl::StrCat("an axis cannot have this name (reserved: ",
                              absl::StrJoin(ReservedNames(), ", "), ")"));
  }
}

// Adds an error, and returns false, if `option` is not below a section.
bool CheckOption(const std::string& option, const std::string& path,
                 const Mark& mark, Problems& problems) {
  const std::string section = SectionOf(option);
  if (IsTrialSection(section)) return true;
  problems.Add(mark, path,
               absl::StrCat("no section '", section, "' to vary",
                            Known(section, TrialSections())));
  return false;
}

// Reads `set`; false on an error.
bool ReadSet(const SpecNode& node, const std::string& path, Axis& axis,
             Problems& problems) {
  const SpecNode* set = node.Find("set");
  if (set == nullptr) {
    problems.Add(node.mark, path, "missing key 'set' (what the axis varies)");
    return false;
  }
  axis.set_mark = set->mark;
  return ReadKey(node, path, "set", problems, &axis.set) &&
         CheckOption(axis.set, absl::StrCat(path, ".set"), set->mark, problems);
}

// Adds an error for each label that a reader, or --only, takes for another
// value: one that is that value, or that looks like its label. False on an
// error.
bool CheckLabels(const SpecNode& labels, const std::string& path,
                 const Axis& axis, Problems& problems) {
  const int before = problems.count();
  std::vector<std::string> values;
  for (const SpecNode& value : axis.values) values.push_back(value.ToFlow());
  std::map<std::string, std::string> looks;
  for (size_t i = 0; i < axis.labels.size(); ++i) {
    const std::string& label = axis.labels[i];
    const std::string here = absl::StrCat(path, ".labels[", i, "]");
    const auto same = std::find_if(
        values.begin(), values.end(),
        [&](const std::string& value) { return SameValue(label, value); });
    if (same != values.end() && !SameValue(label, values[i]) &&
        !SameValue(*same, values[i])) {
      problems.Add(labels.items[i].mark, here,
                   absl::StrCat("'", label,
                                "' is another value of this axis, "
                                "so that it cannot be the label of ",
                                values[i]));
    }
    const auto [known, is_new] = looks.emplace(LookKey(label), label);
    if (is_new || known->second == label) continue;  // Equal: see CheckRepeats.
    problems.Add(labels.items[i].mark, here,
                 absl::StrCat("looks like the label '", known->second,
                              "' but has other bytes", OddCharacterHint(label),
                              "; change one of them"));
  }
  return problems.count() == before;
}

// Reads the labels of an axis whose values were read; false on an error.
bool ReadLabels(const SpecNode& node, const std::string& path, Axis& axis,
                Problems& problems) {
  const SpecNode* labels = node.Find("labels");
  if (labels == nullptr) {
    axis.labels = DefaultLabels(axis.values);
    return true;
  }
  if (!ReadKey(node, path, "labels", problems, &axis.labels)) return false;
  if (axis.labels.size() == axis.values.size()) {
    return CheckLabels(*labels, path, axis, problems);
  }
  const Mark& values = node.Find("values")->mark;
  const bool elsewhere = *values.source != *labels->mark.source;
  problems.Add(
      labels->mark, absl::StrCat(path, ".labels"),
      absl::StrCat("expected ", axis.values.size(),
                   " labels, one for each value, found ", axis.labels.size(),
                   elsewhere
                       ? absl::StrCat("; the values come from ", *values.source)
                       : ""));
  return false;
}

// Reads one map of further options.
std::vector<OptionSetting> ReadOptions(const SpecNode& node,
                                       const std::string& path,
                                       Problems& problems) {
  std::vector<OptionSetting> options;
  if (!node.is_map()) {
    AddWrongType(node, path, "a map from options to values", problems);
    return options;
  }
  for (const auto& [option, value, mark] : node.entries) {
    const std::string here = absl::StrCat(path, ".", option);
    if (!CheckOption(option, here, mark, problems)) continue;
    options.push_back({option, mark, value});
  }
  return options;
}

// Adds an error for each option that undoes `set` or one before it in the map.
void CheckOptions(const std::vector<OptionSetting>& options,
                  const std::string& path, const Axis& axis,
                  Problems& problems) {
  for (size_t i = 0; i < options.size(); ++i) {
    const std::string here = absl::StrCat(path, ".", options[i].option);
    if (Undoes(options[i].option, axis.set)) {
      problems.Add(
          options[i].mark, here,
          absl::StrCat("undoes what the axis itself sets, ", axis.set));
    }
    for (size_t j = 0; j < i; ++j) {
      if (!Undoes(options[i].option, options[j].option)) continue;
      problems.Add(
          options[i].mark, here,
          absl::StrCat("undoes ", options[j].option, "; name it before that"));
    }
  }
}

void ReadWith(const SpecNode& node, const std::string& path, Axis& axis,
              Problems& problems) {
  const SpecNode* with = node.Find("with");
  if (with == nullptr) {
    axis.with = {{}};
    return;
  }
  const std::string with_path = absl::StrCat(path, ".with");
  if (!with->is_list()) {
    axis.with = {ReadOptions(*with, with_path, problems)};
    CheckOptions(axis.with[0], with_path, axis, problems);
    return;
  }
  if (axis.range) {  // No values are known that could have a map each.
    AddWrongType(*with, with_path, "a map, which all numbers of a range share",
                 problems);
    return;
  }
  if (with->items.size() != axis.values.size()) {
    problems.Add(
        with->mark, with_path,
        absl::StrCat("expected a map, or ", axis.values.size(),
                     " maps, one for each value, found ", with->items.size()));
  }
  for (size_t i = 0; i < with->items.size(); ++i) {
    const std::string here = absl::StrCat(with_path, "[", i, "]");
    axis.with.push_back(ReadOptions(with->items[i], here, problems));
    CheckOptions(axis.with.back(), here, axis, problems);
  }
}

// Reads {low, high, scale, integer}.
Range ReadRange(const SpecNode& node, const std::string& path,
                Problems& problems) {
  Range range;
  range.mark = node.mark;
  if (!node.is_map()) {
    AddWrongType(node, path, "a map with 'low' and 'high'", problems);
    return range;
  }
  RefuseUnknownKeys(node, path, {"low", "high", "scale", "integer"}, problems);
  const int before = problems.count();
  for (const auto& [key, end] :
       {std::pair("low", &range.low), std::pair("high", &range.high)}) {
    if (node.Find(key) == nullptr) {
      problems.Add(node.mark, path, absl::StrCat("missing key '", key, "'"));
    }
    ReadKey(node, path, key, problems, end);
  }
  std::string scale = "linear";
  if (ReadKey(node, path, "scale", problems, &scale) && scale != "linear" &&
      scale != "log") {
    problems.Add(node.Find("scale")->mark, absl::StrCat(path, ".scale"),
                 absl::StrCat("must be one of linear, log, got ", scale,
                              OddCharacterHint(scale)));
  }
  range.log = scale == "log";
  ReadKey(node, path, "integer", problems, &range.integer);
  if (problems.count() != before) return range;
  // Doubles hold every whole number up to here.
  constexpr double kMostInteger = 9007199254740992;  // 2^53.
  if (!(range.low < range.high)) {
    problems.Add(node.mark, path, "'low' must be less than 'high'");
  } else if (range.log && range.low <= 0) {
    problems.Add(node.mark, path, "with scale log, 'low' must be > 0");
  } else if (range.integer &&
             (range.low != std::floor(range.low) ||
              range.high != std::floor(range.high) ||
              range.low < -kMostInteger || range.high > kMostInteger)) {
    problems.Add(node.mark, path,
                 "with integer, 'low' and 'high' must be whole numbers of at "
                 "most 2^53");
  }
  return range;
}

// Reads `values` and `labels`, or `range`; false on an error.
bool ReadValues(const SpecNode& node, const std::string& path, Axis& axis,
                Problems& problems) {
  const SpecNode* values = node.Find("values");
  if (const SpecNode* range = node.Find("range")) {
    const int before = problems.count();
    for (const char* key : {"values", "labels"}) {
      if (const SpecNode* other = node.Find(key)) {
        problems.Add(other->mark, path,
                     absl::StrCat("'", key, "' beside a 'range'"));
      }
    }
    axis.range = ReadRange(*range, absl::StrCat(path, ".range"), problems);
    return problems.count() == before;
  }
  if (values == nullptr || !values->is_list() || values->items.empty()) {
    problems.Add(values == nullptr ? node.mark : values->mark, path,
                 "expected 'values', a list with at least one value");
    return false;
  }
  axis.values = values->items;
  return ReadLabels(node, path, axis, problems);
}

std::optional<Axis> ReadAxis(const std::string& name, const SpecNode& node,
                             Problems& problems) {
  const std::string path = absl::StrCat("axes.", name);
  if (!node.is_map()) {
    AddWrongType(node, path, "a map with 'set' and 'values'", problems);
    return std::nullopt;
  }
  const int before = problems.count();
  RefuseUnknownKeys(node, path,
                    {"set", "values", "labels", "range", "with", "when"},
                    problems);
  CheckAxisName(name, node.mark, problems);
  Axis axis;
  axis.name = name;
  axis.mark = node.mark;
  const bool set = ReadSet(node, path, axis, problems);
  if (!ReadValues(node, path, axis, problems) || !set) return std::nullopt;
  ReadWith(node, path, axis, problems);
  if (const SpecNode* when = node.Find("when")) {
    axis.when = ReadCondition(*when, absl::StrCat(path, ".when"), problems);
    const size_t i = PositionIn(axis.labels, std::string(kNotApplied));
    if (i < axis.labels.size()) {
      problems.Add(axis.values[i].mark, path,
                   "'-' is what tables show where the axis does not apply; "
                   "give this value another label");
    }
  }
  if (problems.count() != before) return std::nullopt;
  return axis;
}

// Adds an error for each value of a requirement that the axis does not take.
void CheckAxisValues(const Requirement& requirement, const Axis& axis,
                     Problems& problems) {
  if (axis.range) {
    problems.Add(requirement.mark, requirement.path,
                 absl::StrCat("axis '", axis.name,
                              "' has a range, so that no value can be named"));
    return;
  }
  for (const SpecNode& value : requirement.values) {
    const std::string text = value.ToFlow();
    bool known = false;
    for (size_t i = 0; i < axis.values.size(); ++i) {
      known = known || text == axis.labels[i] ||
              SameValue(text, axis.values[i].ToFlow());
    }
    if (known || (axis.when && text == kNotApplied)) continue;
    problems.Add(value.mark, requirement.path,
                 absl::StrCat("axis '", axis.name, "' has no value '", text,
                              "'", Known(text, axis.labels)));
  }
}

}  // namespace

std::vector<Axis> ReadAxes(const SpecNode& axes, Problems& problems) {
  std::vector<Axis> read;
  if (!axes.is_map()) {
    AddWrongType(axes, "axes", "a map from axis name to 'set' and 'values'",
                 problems);
    return read;
  }
  for (const auto& [name, node, key_mark] : axes.entries) {
    if (std::optional<Axis> axis = ReadAxis(name, node, problems)) {
      read.push_back(*std::move(axis));
    }
  }
  for (const Axis& axis : read) {
    if (!axis.when) continue;
    CheckCondition(*axis.when, read, axes, problems);
    for (const Requirement& requirement : axis.when->all) {
      if (requirement.key != axis.name) continue;
      problems.Add(requirement.mark, requirement.path,
                   "an axis cannot depend on itself");
    }
  }
  return read;
}

std::optional<size_t> FindAxis(const std::vector<Axis>& axes,
                               absl::string_view name) {
  for (size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].name == name) return i;
  }
  return std::nullopt;
}

void CheckCondition(const Condition& condition, const std::vector<Axis>& axes,
                    const SpecNode& declared, Problems& problems) {
  for (const Requirement& requirement : condition.all) {
    if (const auto axis = FindAxis(axes, requirement.key)) {
      CheckAxisValues(requirement, axes[*axis], problems);
      continue;
    }
    if (declared.Find(requirement.key) != nullptr) continue;
    if (IsTrialSection(SectionOf(requirement.key))) continue;
    const std::vector<std::string>& sections = TrialSections();
    std::vector<std::string> known;
    for (const Axis& axis : axes) known.push_back(axis.name);
    const std::string axis_names = absl::StrJoin(known, ", ");
    known.insert(known.end(), sections.begin(), sections.end());
    problems.Add(requirement.mark, condition.path,
                 absl::StrCat("no axis or option '", requirement.key, "'",
                              DidYouMean(requirement.key, known),
                              " (axes: ", axis_names, "; options begin with ",
                              absl::StrJoin(sections, ", "), ")"));
  }
}

bool Undoes(absl::string_view later, absl::string_view earlier) {
  return earlier == later ||
         absl::StartsWith(earlier, absl::StrCat(later, ".")) ||
         absl::StartsWith(earlier, absl::StrCat(later, "["));
}

}  // namespace bigstep
