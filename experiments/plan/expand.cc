#include "experiments/plan/expand.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "experiments/plan/sweep_values.h"

namespace bigstep {
namespace {

// For one combination: which value each axis has, or none where it does not
// apply.
using Chosen = std::vector<const SweepValue*>;

// Tells equal sequences of trials apart from others.
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
  bool Apply(const std::vector<size_t>& at, ConfigurationSections& sections,
             Chosen& chosen, Problems& problems) const;
  bool HoldsIn(const Condition& condition,
               const ConfigurationSections& sections,
               const Chosen& chosen) const;
  bool IsDropped(const ConfigurationSections& sections, const Chosen& chosen);
  Configuration ConfigurationOf(const Chosen& chosen) const;
  void Note(const std::vector<size_t>& at, const Chosen& chosen,
            const std::string& id);
  void CheckEffects();
  void CheckPairedEffects();
  void CheckPairedAxis(size_t axis);
  void ReportEqual(const Axis& axis, const SweepValue& value,
                   const SweepValue& equal);
  void ReportNoEffect(const Axis& axis);

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
  bool kept_ = false;          // Whether a setting was left.
  bool wrong_ = false;         // Whether a setting was wrong.
  // By axis and value, what the trials of the other axes' values are. A value
  // that stands nowhere has none.
  std::vector<std::vector<std::optional<size_t>>> signatures_;
  // kZip: the settings by trial, with the value that made them.
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
                               "' holds nowhere in this block"));
  }
  if (!kept_ && !wrong_) {
    problems_.Add(sweep_.mark, sweep_.path,
                  "'exclude' and 'when' leave nothing of this block");
  }
  if (kept_ && !wrong_) Paired() ? CheckPairedEffects() : CheckEffects();
}

void SweepExpander::ExpandOne(const std::vector<size_t>& at) {
  ConfigurationSections sections(spec_.base);
  Chosen chosen;
  if (!Apply(at, sections, chosen, problems_)) {
    wrong_ = true;
    return;
  }
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i] != nullptr) applied_[i] = true;
    // Where an axis does not apply, its first value stands for all.
    if (chosen[i] == nullptr && !Paired() && at[i] > 0) return;
  }
  for (const auto& [later, earlier, why] : conflicts_) {
    if (chosen[later] == nullptr || chosen[earlier] == nullptr) continue;
    problems_.Add(axes_[later].mark, sweep_.path, why);
    wrong_ = true;
    return;
  }
  if (IsDropped(sections, chosen)) return;
  TrialSettings settings;
  TrialIdentity identity;
  if (!reader_.Read(sections, problems_, &settings, &identity)) {
    wrong_ = true;
    return;
  }
  kept_ = true;
  if (!first_) first_ = at;
  identity.Set("metrics", "[]");
  Note(at, chosen, identity.Id(0));
  sink_(ConfigurationOf(chosen), std::move(settings), identity);
}

// Sets the options of one combination. False if that cannot be done.
bool SweepExpander::Apply(const std::vector<size_t>& at,
                          ConfigurationSections& sections, Chosen& chosen,
                          Problems& problems) const {
  for (size_t i = 0; i < axes_.size(); ++i) {
    const Axis& axis = *axes_[i].axis;
    const bool applies = !axis.when || HoldsIn(*axis.when, sections, chosen);
    chosen.push_back(applies ? &axes_[i].values[at[i]] : nullptr);
    if (!applies) continue;
    const auto set = [&](const std::string& option, const Mark& mark,
                         const SpecNode& value, absl::string_view key) {
      // A path that leads nowhere is reported at its place by the reader of the
      // section, as an unknown key.
      if (sections.Set(option, mark, value)) return true;
      problems.Add(mark, absl::StrCat("axes.", axis.name, ".", key),
                   absl::StrCat("'", option,
                                "' leads through a value that is no map, or "
                                "to an item that is not there"));
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
                            const ConfigurationSections& sections,
                            const Chosen& chosen) const {
  return condition.Holds([&](const Requirement& requirement) {
    const auto any = [&requirement](const auto& is) {
      return std::any_of(
          requirement.values.begin(), requirement.values.end(),
          [&is](const SpecNode& value) { return is(value.ToFlow()); });
    };
    if (!FindAxis(spec_.axes, requirement.key)) {
      const auto text = sections.OptionText(requirement.key);
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
bool SweepExpander::IsDropped(const ConfigurationSections& sections,
                              const Chosen& chosen) {
  const SweepRules& rules = spec_.rules[sweep_.rules];
  if (rules.wrong) return false;
  bool dropped = false;
  for (size_t i = 0; i < rules.exclude.size(); ++i) {
    if (!HoldsIn(rules.exclude[i], sections, chosen)) continue;
    use_.exclude[i] = true;
    dropped = true;
  }
  if (!rules.when) return dropped;
  if (!HoldsIn(*rules.when, sections, chosen)) return true;
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
    configuration.axis_values.push_back(
        {axis, label, chosen[i] ? chosen[i]->number : std::nullopt});
  }
  return configuration;
}

// Remembers which trial a combination gives.
void SweepExpander::Note(const std::vector<size_t>& at, const Chosen& chosen,
                         const std::string& id) {
  if (sweep_.kind == Sweep::Kind::kZip) {
    const std::string setting = ConfigurationOf(chosen).name;
    const auto [it, is_new] =
        zipped_.emplace(id, std::make_pair(setting, at[0]));
    if (is_new || it->second.first == setting) return;
    problems_.Add(axes_[0].values[at[0]].node.mark, sweep_.path,
                  absl::StrCat("'", setting, "' gives the same trials as '",
                               it->second.first, "'; leave one of them out"));
  }
  if (Paired()) return;
  for (size_t i = 0; i < at.size(); ++i) {
    if (chosen[i] == nullptr) continue;
    std::optional<size_t>& signature = signatures_[i][at[i]];
    signature = Mix(signature.value_or(0), id);
  }
}

void SweepExpander::ReportNoEffect(const Axis& axis) {
  problems_.Add(axis.mark, absl::StrCat("axes.", axis.name),
                absl::StrCat("changes nothing: all its values give the same "
                             "trials (in ",
                             sweep_.path, ")"));
}

void SweepExpander::ReportEqual(const Axis& axis, const SweepValue& value,
                                const SweepValue& equal) {
  problems_.Add(value.node.mark, absl::StrCat("axes.", axis.name, ".values"),
                absl::StrCat("'", value.label, "' gives the same trials as '",
                             equal.label, "'; leave one of them out"));
}

// Notes axes, and values of an axis, that make no difference.
void SweepExpander::CheckEffects() {
  for (size_t i = 0; i < axes_.size(); ++i) {
    const auto& signatures = signatures_[i];
    std::map<size_t, size_t> first;  // By signature, the first value with it.
    std::vector<std::pair<size_t, size_t>> equal;
    size_t present = 0;
    for (size_t v = 0; v < signatures.size(); ++v) {
      if (!signatures[v]) continue;
      ++present;
      const auto [it, is_new] = first.emplace(*signatures[v], v);
      if (!is_new) equal.emplace_back(v, it->second);
    }
    if (present > 1 && first.size() == 1) {
      ReportNoEffect(*axes_[i].axis);
      continue;
    }
    for (const auto& [value, other] : equal) {
      ReportEqual(*axes_[i].axis, axes_[i].values[value],
                  axes_[i].values[other]);
    }
  }
}

void SweepExpander::CheckPairedEffects() {
  for (size_t i = 0; i < axes_.size(); ++i) CheckPairedAxis(i);
}

// Paired axes change together; so the axis is varied alone, around the first
// setting of the sweep.
void SweepExpander::CheckPairedAxis(size_t axis) {
  std::map<std::string, size_t> labels;  // The first value with each label.
  const std::vector<SweepValue>& values = axes_[axis].values;
  for (size_t v = 0; v < values.size(); ++v) {
    labels.emplace(values[v].label, v);
    // Numbers of a range differ or do not matter: two tell.
    if (axes_[axis].axis->range && labels.size() == 2) break;
  }
  if (labels.size() < 2) return;
  std::vector<size_t> order;
  for (const auto& [label, v] : labels) order.push_back(v);
  std::sort(order.begin(), order.end());
  std::map<std::string, size_t> trials;  // The first value with each trial.
  std::vector<std::pair<size_t, size_t>> equal;
  std::vector<size_t> at = *first_;
  for (const size_t v : order) {
    at[axis] = v;
    ConfigurationSections sections(spec_.base);
    Chosen chosen;
    TrialSettings settings;
    TrialIdentity identity;
    Problems ignored;  // The combination need not be one of the plan's.
    if (!Apply(at, sections, chosen, ignored) || chosen[axis] == nullptr ||
        !reader_.Read(sections, ignored, &settings, &identity)) {
      return;
    }
    identity.Set("metrics", "[]");
    const auto [it, is_new] = trials.emplace(identity.Id(0), v);
    if (!is_new) equal.emplace_back(v, it->second);
  }
  if (trials.size() == 1) {
    ReportNoEffect(*axes_[axis].axis);
    return;
  }
  for (const auto& [value, other] : equal) {
    ReportEqual(*axes_[axis].axis, values[value], values[other]);
  }
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
  // Something that is wrong may have kept a condition from holding.
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
                   "excludes nothing: no setting of these blocks is like this");
    }
    if (rules.when && !uses[r].when) {
      problems.Add(rules.when->mark, rules.when->path,
                   "holds for no setting of these blocks");
    }
  }
}

}  // namespace bigstep
