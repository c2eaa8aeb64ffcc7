#include "experiments/plan/plan_claims.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/terminal_text.h"
#include "experiments/spec/read_map.h"

namespace bigstep {
namespace {

class Checker {
 public:
  Checker(const ClaimInSpec& in_spec, const StudyResults& results,
          const Study& study, Problems& problems)
      : in_spec_(in_spec),
        results_(results),
        study_(study),
        problems_(problems) {}

  StudyClaim Check() {
    StudyClaim checked{in_spec_.claim};
    Claim& claim = checked.claim;
    const std::optional<Column> column = FindResult("result", claim.result);
    if (!claim.with.empty()) FindResult("with", claim.with);
    if (!claim.along.empty()) CheckAlong();
    if (!claim.compare.empty()) {
      checked.lower_is_better =
          column && column->result.direction == Direction::kLower;
      CheckCompare(column);
      if (claim.against.empty()) AddOthers(claim);
    }
    CheckAt();
    return checked;
  }

 private:
  void Add(const std::string& key, const std::string& message) {
    const auto mark = in_spec_.marks.find(key);
    problems_.Add(mark == in_spec_.marks.end() ? in_spec_.mark : mark->second,
                  PathBelow(in_spec_.path, key), message);
  }

  std::optional<Column> FindResult(const std::string& key,
                                   const std::string& name) {
    std::optional<Column> column = results_.Find(name);
    // Without metrics, every name would seem wrong.
    if (!column && !results_.all().empty()) Add(key, results_.Unknown(name));
    return column;
  }

  std::vector<std::string> AxesAlone() const {
    std::vector<std::string> names;
    for (const Configuration& configuration : study_.configurations) {
      if (configuration.axis_values.size() != 1) continue;
      const std::string& axis = configuration.axis_values[0].axis;
      if (std::find(names.begin(), names.end(), axis) == names.end()) {
        names.push_back(axis);
      }
    }
    return names;
  }

  bool HasAxis(const std::string& key, const std::string& axis) {
    std::vector<std::string> names;
    for (const StudyAxis& known : study_.axes) {
      if (known.name == axis) return true;
      names.push_back(known.name);
    }
    Add(key,
        absl::StrCat("no axis '", VisibleText(axis), "'", Known(axis, names)));
    return false;
  }

  void CheckAlong() {
    const std::string& axis = in_spec_.claim.along;
    if (!HasAxis("along", axis)) return;
    std::set<double> numbers;
    for (const Configuration& configuration : study_.configurations) {
      for (const AxisValue& value : configuration.axis_values) {
        if (value.axis == axis && value.number) numbers.insert(*value.number);
      }
    }
    if (numbers.size() >= 2) return;
    Add("along", absl::StrCat("axis '", axis,
                              "' has fewer than two values that are numbers; "
                              "nothing can rise or fall along it"));
  }

  void CheckAlone(const std::string& key, const std::string& axis) {
    const std::vector<std::string> alone = AxesAlone();
    if (!HasAxis(key, axis)) return;
    if (std::find(alone.begin(), alone.end(), axis) != alone.end()) return;
    Add(key, absl::StrCat("axis '", axis,
                          "' is never varied alone, so that it has no best "
                          "value",
                          alone.empty() ? absl::StrCat("; add one_at_a_time: [",
                                                       axis, "] to the plan")
                                        : Known(axis, alone)));
  }

  void CheckCompare(const std::optional<Column>& column) {
    const Claim& claim = in_spec_.claim;
    if (column && column->result.direction == Direction::kNeither) {
      Add("result", absl::StrCat("'", claim.result,
                                 "' is neither better when higher nor when "
                                 "lower"));
    }
    NeedSelection("compare");
    CheckAlone("compare", claim.compare);
    for (size_t i = 0; i < claim.against.size(); ++i) {
      CheckAlone(absl::StrCat("against[", i, "]"), claim.against[i]);
    }
  }

  void AddOthers(Claim& claim) {
    for (const std::string& axis : AxesAlone()) {
      if (axis != claim.compare) claim.against.push_back(axis);
    }
    if (claim.against.empty()) {
      Add("compare", absl::StrCat("no other axis varies alone that '",
                                  claim.compare, "' could be compared with"));
    }
  }

  void NeedSelection(const std::string& key) {
    if (!study_.selection.empty()) return;
    Add(key,
        "the study chooses no best value, as compare.selection is 'none' or "
        "its default is not measured; give it a result on validation data");
  }

  void CheckAt() {
    const Claim& claim = in_spec_.claim;
    if (claim.at.empty()) return;
    for (const auto& [axis, label] : claim.at) {
      const std::string key = absl::StrCat("at.", axis);
      if (!HasAxis(key, axis)) return;
      if (label != "best") continue;
      NeedSelection(key);
      CheckAlone(key, axis);
      return;
    }
    const bool found = std::any_of(
        study_.configurations.begin(), study_.configurations.end(),
        [&claim](const Configuration& c) { return IsAt(c, claim.at); });
    if (!found) {
      Add("at", "no configuration of the plan has exactly these values");
    }
  }

  const ClaimInSpec& in_spec_;
  const StudyResults& results_;
  const Study& study_;
  Problems& problems_;
};

}  // namespace

void AddClaims(const Spec& spec, const StudyResults& results, Study& study,
               Problems& problems) {
  for (const ClaimInSpec& claim : spec.claims) {
    study.claims.push_back(Checker(claim, results, study, problems).Check());
  }
}

}  // namespace bigstep
