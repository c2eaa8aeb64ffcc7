#include "experiments/plan/expand.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/plan/sweep_values.h"

namespace bigstep {
namespace {

// The value of each axis in one combination; nullptr if it does not apply.
using Chosen = std::vector<const SweepValue*>;

// The hash of a sequence of trials whose last one is `id`.
size_t Mix(size_t sum, const std::string& id) {
  return sum * 0x9e3779b97f4a7c15u + std::hash<std::string>()(id);
}

// Whether conditions held anywhere, by their position in Spec::rules.
struct RuleUse {
  std::vector<bool> exclude;
  bool when = false;
};

class SweepExpander {
 public:
  SweepExpander(const Spec& spec, const Sweep& sweep,
                ConfigurationReader& reader, const ConfigurationSink& sink,
                RuleUse& use, Problems& problems);

  void Expand();

 private:
  bool Paired() const { return sweep_.kind != Sweep::Kind::kGrid; }
  void FindConflicts();
  void ExpandOne(const std::vector<size_t>& at);
  bool Apply(const std::vector<size_t>& at, ConfigurationDraft& draft,
             Chosen& chosen, Problems& problems) const;
  bool HoldsIn(const Condition& condition, const ConfigurationDraft& draft,
               const Chosen& chosen) const;
  bool IsDropped(const ConfigurationDraft& draft, const Chosen& chosen);
  Configuration ConfigurationOf(const Chosen& chosen) const;
  void Note(const std::vector<size_t>& at, const Chosen& chosen,
            const std::string& id);
  void CheckPairedAxis(size_t axis);
  void CheckEffects(const SweepAxis& axis,
                    const std::vector<std::optional<size_t>>& signatures);

  const Spec& spec_;
  const Sweep& sweep_;
  ConfigurationReader& reader_;
  const ConfigurationSink& sink_;
  RuleUse& use_;
  Problems& problems_;

  const std::string name_;
  const std::vector<SweepAxis> axes_;
  // Axes (position, earlier position) that must not apply together, and why.
  std::vector<std::tuple<size_t, size_t, std::string>> conflicts_;
  std::vector<bool> applied_;  // Whether an axis applied anywhere.
  bool kept_ = false;          // Whether a configuration was kept.
  bool wrong_ = false;         // Whether a configuration has an error.
  // kGrid: by axis and value, the hash of its trials. Nullopt if it has none.
  std::vector<std::vector<std::optional<size_t>>> signatures_;
  // kZip: by trial, the name of the configuration and the position of its
  // value.
  std::unordered_map<std::string, std::pair<std::string, size_t>> zipped_;
  std::optional<std::vector<size_t>> first_;  // A combination that was kept.
};

SweepExpander::SweepExpander(const Spec& spec, const Sweep& sweep,
                             ConfigurationReader& reader,
                             const ConfigurationSink& sink, RuleUse& use,
                             Problems& problems)
    : spec_(spec),
      sweep_(sweep),
      reader_(reader),
      sink_(sink),
      use_(use),
      problems_(problems),
      name_(SweepName(sweep, spec.axes)),
      axes_(ValuesOf(sweep, spec.axes)),
      applied_(sweep.axes.size(), false) {
  for (const SweepAxis& axis : axes_) {
    signatures_.emplace_back(Paired() ? 0 : axis.values.size());
  }
  FindConflicts();
}

// Axes that always apply were compared when the plan was read.
void SweepExpander::FindConflicts() {
  for (size_t i = 0; i < axes_.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (!axes_[i].axis->when && !axes_[j].axis->when) continue;
      std::string conflict = Conflict(*axes_[i].axis, *axes_[j].axis);
      if (!conflict.empty()) conflicts_.emplace_back(i, j, std::move(conflict));
    }
  }
}

void SweepExpander::Expand() {
  // Counts through the values like an odometer, the last axis fastest; paired
  // axes step together.
  std::vector<size_t> at(axes_.size(), 0);
  for (;;) {
    ExpandOne(at);
    if (Paired()) {
      if (++at[0] == axes_[0].values.size()) break;
      std::fill(at.begin(), at.end(), at[0]);
      continue;
    }
    size_t digit = at.size();
    while (digit > 0 && ++at[digit - 1] == axes_[digit - 1].values.size()) {
      at[--digit] = 0;
    }
    if (digit == 0) break;
  }
  for (size_t i = 0; i < axes_.size(); ++i) {
    if (applied_[i] || wrong_) continue;
    problems_.Add(axes_[i].mark, sweep_.path,
                  absl::StrCat("the condition of axis '", axes_[i].axis->name,
                               "' holds nowhere in this sweep"));
  }
  if (!kept_ && !wrong_) {
    problems_.Add(sweep_.mark, sweep_.path,
                  "'exclude' and 'when' leave nothing of this sweep");
  }
  if (!kept_ || wrong_) return;
  for (size_t i = 0; i < axes_.size(); ++i) {
    Paired() ? CheckPairedAxis(i) : CheckEffects(axes_[i], signatures_[i]);
  }
}

void SweepExpander::ExpandOne(const std::vector<size_t>& at) {
  ConfigurationDraft draft(spec_.base);
  Chosen chosen;
  if (!Apply(at, draft, chosen, problems_)) {
    wrong_ = true;
    return;
  }
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i] != nullptr) applied_[i] = true;
    // An axis that does not apply is expanded with its first value only.
    if (chosen[i] == nullptr && !Paired() && at[i] > 0) return;
  }
  for (const auto& [later, earlier, why] : conflicts_) {
    if (chosen[later] == nullptr || chosen[earlier] == nullptr) continue;
    problems_.Add(axes_[later].mark, sweep_.path, why);
    wrong_ = true;
    return;
  }
  if (IsDropped(draft, chosen)) return;
  TrialSettings settings;
  TrialIdentity identity;
  if (!reader_.Read(draft, problems_, &settings, &identity)) {
    wrong_ = true;
    return;
  }
  kept_ = true;
  if (!first_) first_ = at;
  Note(at, chosen, identity.Id(0));
  sink_(ConfigurationOf(chosen), std::move(settings), identity);
}

// Sets the options of one combination. False on an error.
bool SweepExpander::Apply(const std::vector<size_t>& at,
                          ConfigurationDraft& draft, Chosen& chosen,
                          Problems& problems) const {
  for (size_t i = 0; i < axes_.size(); ++i) {
    const Axis& axis = *axes_[i].axis;
    const bool applies = !axis.when || HoldsIn(*axis.when, draft, chosen);
    chosen.push_back(applies ? &axes_[i].values[at[i]] : nullptr);
    if (!applies) continue;
    const auto set = [&](const std::string& option, const Mark& mark,
                         const SpecNode& value, absl::string_view key) {
      // The reader of the section reports an option that does not exist.
      if (draft.Set(option, mark, value)) return true;
      problems.Add(mark, absl::StrCat("axes.", axis.name, ".", key),
                   absl::StrCat("'", option,
                                "' leads through a value that is not a map, "
                                "or to an item that the list does not have"));
      return false;
    };
    if (!set(axis.set, axis.set_mark, chosen[i]->node, "set")) return false;
    for (const OptionSetting& setting : *chosen[i]->with) {
      if (!set(setting.option, setting.mark, setting.value, "with")) {
        return false;
      }
    }
  }
  return true;
}

bool SweepExpander::HoldsIn(const Condition& condition,
                            const ConfigurationDraft& draft,
                            const Chosen& chosen) const {
  return condition.Holds([&](const Requirement& requirement) {
    const auto any = [&requirement](const auto& is) {
      return std::any_of(
          requirement.values.begin(), requirement.values.end(),
          [&is](const SpecNode& value) { return is(value.ToFlow()); });
    };
    if (!FindAxis(spec_.axes, requirement.key)) {
      const auto text = draft.OptionText(requirement.key);
      return text && any([&text](const std::string& wanted) {
               return SameValue(wanted, *text);
             });
    }
    for (size_t i = 0; i < chosen.size(); ++i) {
      if (axes_[i].axis->name != requirement.key) continue;
      return any([value = chosen[i]](const std::string& wanted) {
        if (value == nullptr) return wanted == kNotApplied;
        return wanted == value->label || SameValue(wanted, value->text);
      });
    }
    return false;  // Not varied here.
  });
}

// Whether a condition of the plan drops a combination.
bool SweepExpander::IsDropped(const ConfigurationDraft& draft,
                              const Chosen& chosen) {
  const SweepRules& rules = spec_.rules[sweep_.rules];
  if (rules.wrong) return false;
  bool dropped = false;
  for (size_t i = 0; i < rules.exclude.size(); ++i) {
    if (!HoldsIn(rules.exclude[i], draft, chosen)) continue;
    use_.exclude[i] = true;
    dropped = true;
  }
  if (!rules.when) return dropped;
  if (!HoldsIn(*rules.when, draft, chosen)) return true;
  use_.when = true;
  return dropped;
}

Configuration SweepExpander::ConfigurationOf(const Chosen& chosen) const {
  Configuration configuration;
  configuration.sweep = name_;
  for (size_t i = 0; i < chosen.size(); ++i) {
    const std::string& axis = axes_[i].axis->name;
    const std::string label = chosen[i] ? chosen[i]->label : kNotApplied;
    absl::StrAppend(&configuration.name, i == 0 ? "" : ", ", axis, "=", label);
    AxisValue value{axis, label};
    if (chosen[i] != nullptr) {
      value.number = chosen[i]->number;
      value.value = chosen[i]->text;
      value.with = absl::StrJoin(
          *chosen[i]->with, ", ",
          [](std::string* out, const OptionSetting& setting) {
            absl::StrAppend(out, setting.option, ": ", setting.value.ToFlow());
          });
    }
    configuration.axis_values.push_back(std::move(value));
  }
  return configuration;
}

// Remembers the trial of a combination.
void SweepExpander::Note(const std::vector<size_t>& at, const Chosen& chosen,
                         const std::string& id) {
  if (sweep_.kind == Sweep::Kind::kZip) {
    const std::string name = ConfigurationOf(chosen).name;
    const auto [it, is_new] = zipped_.emplace(id, std::make_pair(name, at[0]));
    if (is_new || it->second.first == name) return;
    problems_.Add(axes_[0].values[at[0]].node.mark, sweep_.path,
                  absl::StrCat("'", name, "' gives the same trials as '",
                               it->second.first, "'; leave one of them out"));
  }
  if (Paired()) return;
  for (size_t i = 0; i < at.size(); ++i) {
    if (chosen[i] == nullptr) continue;
    std::optional<size_t>& signature = signatures_[i][at[i]];
    signature = Mix(signature.value_or(0), id);
  }
}

// Adds an error if an axis, or some of its values, make no difference.
// `signatures` are those of its values.
void SweepExpander::CheckEffects(
    const SweepAxis& axis,
    const std::vector<std::optional<size_t>>& signatures) {
  const std::string path = absl::StrCat("axes.", axis.axis->name);
  std::map<size_t, size_t> first;  // By signature, the first value with it.
  std::vector<std::pair<size_t, size_t>> equal;
  for (size_t v = 0; v < signatures.size(); ++v) {
    if (!signatures[v]) continue;
    const auto [it, is_new] = first.emplace(*signatures[v], v);
    if (!is_new) equal.emplace_back(v, it->second);
  }
  if (!equal.empty() && first.size() == 1) {
    problems_.Add(axis.axis->mark, path,
                  absl::StrCat("changes nothing: all its values give the same "
                               "trials (in ",
                               sweep_.path, ")"));
    return;
  }
  for (const auto& [value, other] : equal) {
    problems_.Add(
        axis.values[value].node.mark, absl::StrCat(path, ".values"),
        absl::StrCat("'", axis.values[value].label,
                     "' gives the same trials as '", axis.values[other].label,
                     "'; leave one of them out"));
  }
}

// Paired axes change together; so the axis is varied alone, around the first
// configuration of the sweep.
void SweepExpander::CheckPairedAxis(size_t axis) {
  const std::vector<SweepValue>& values = axes_[axis].values;
  // All numbers of a range differ, or none: two of them are enough.
  const size_t most = axes_[axis].axis->range ? 2 : values.size();
  std::vector<std::optional<size_t>> signatures(values.size());
  std::set<std::string> labels;
  std::vector<size_t> at = *first_;
  for (size_t v = 0; v < values.size() && labels.size() < most; ++v) {
    if (!labels.insert(values[v].label).second) continue;
    at[axis] = v;
    ConfigurationDraft draft(spec_.base);
    Chosen chosen;
    TrialSettings settings;
    TrialIdentity identity;
    Problems ignored;  // The combination need not be one of the plan's.
    if (!Apply(at, draft, chosen, ignored) || chosen[axis] == nullptr ||
        !reader_.Read(draft, ignored, &settings, &identity)) {
      return;
    }
    signatures[v] = Mix(0, identity.Id(0));
  }
  CheckEffects(axes_[axis], signatures);
}

}  // namespace

void ExpandSweeps(const Spec& spec, ConfigurationReader& reader,
                  const ConfigurationSink& sink, Problems& problems) {
  std::vector<RuleUse> uses(spec.rules.size());
  for (size_t r = 0; r < spec.rules.size(); ++r) {
    uses[r].exclude.resize(spec.rules[r].exclude.size());
  }
  const int before = problems.count();
  for (const Sweep& sweep : spec.sweeps) {
    if (sweep.wrong) continue;
    SweepExpander(spec, sweep, reader, sink, uses[sweep.rules], problems)
        .Expand();
  }
  // An error may be why a condition never held.
  if (problems.count() != before ||
      std::any_of(spec.sweeps.begin(), spec.sweeps.end(),
                  [](const Sweep& sweep) { return sweep.wrong; })) {
    return;
  }
  for (size_t r = 0; r < spec.rules.size(); ++r) {
    const SweepRules& rules = spec.rules[r];
    if (rules.wrong) continue;
    for (size_t i = 0; i < rules.exclude.size(); ++i) {
      if (uses[r].exclude[i]) continue;
      problems.Add(rules.exclude[i].mark, rules.exclude[i].path,
                   "excludes nothing: no configuration of these sweeps is "
                   "like this");
    }
    if (rules.when && !uses[r].when) {
      problems.Add(rules.when->mark, rules.when->path,
                   "holds for no configuration of these sweeps");
    }
  }
}

}  // namespace bigstep
