#include "experiments/plan/plan.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/terminal_text.h"
#include "experiments/plan/configuration_reader.h"
#include "experiments/plan/expand.h"
#include "experiments/plan/plan_builder.h"
#include "experiments/plan/plan_claims.h"
#include "experiments/plan/resolved_spec.h"
#include "experiments/plan/study_results.h"
#include "experiments/spec/read_map.h"
#include "experiments/spec/trial_reader.h"
#include "experiments/spec/trial_sections.h"
#include "metrics/family.h"

namespace bigstep {
namespace {

// 100,000 trials take 300 MB, most of it for LibTorch and text.
constexpr int64_t kMaxTrials = 1000000;

// What is not about test data answers no question of a study unless asked for:
// `train_aligned`, `unbiased_validation`, `worst_group_standard_error_test`.
bool IsAsideOfTest(const Column& column) {
  for (const absl::string_view part : absl::StrSplit(column.result.name, '_')) {
    if (part == "train" || part == "validation" || part == "standard")
      return true;
  }
  return false;
}

// Without a choice: all results about test data, of the network and its
// weights; all if there are none.
std::vector<Column> DefaultColumns(std::vector<Column> all) {
  std::vector<Column> columns;
  std::remove_copy_if(all.begin(), all.end(), std::back_inserter(columns),
                      IsAsideOfTest);
  return columns.empty() ? all : columns;
}

std::vector<Column> ChosenColumns(const Spec& spec, const StudyResults& results,
                                  Problems& problems) {
  if (spec.compare.empty()) return DefaultColumns(results.all());
  std::vector<Column> columns;
  for (size_t i = 0; i < spec.compare.size(); ++i) {
    const auto& [name, mark] = spec.compare[i];
    if (const std::optional<Column> column = results.Find(name)) {
      columns.push_back(*column);
    } else if (!results.all().empty()) {
      problems.Add(mark, absl::StrCat("compare.metrics[", i, "]"),
                   results.Unknown(name));
    }
  }
  return columns;
}

// Fills in the results by which an axis's best value is chosen.
void ChooseSelections(const Spec& spec, const StudyResults& results,
                      Study& study, Problems& problems) {
  const auto add = [&study](const Column& column) {
    const bool lower = column.result.direction == Direction::kLower;
    if (study.selection.empty()) {
      study.selection = column.name();
      study.selection_lower = lower;
    } else {
      study.other_selections.push_back({column.name(), lower});
    }
  };
  if (spec.selections.empty()) {
    const auto column = results.Find("accuracy.unbiased_validation");
    if (column) add(*column);
    return;
  }
  if (spec.selections.size() == 1 && spec.selections[0].name == "none") return;
  for (size_t i = 0; i < spec.selections.size(); ++i) {
    const auto& [name, mark] = spec.selections[i];
    const std::string path = spec.selections.size() == 1
                                 ? "compare.selection"
                                 : absl::StrCat("compare.selection[", i, "]");
    const std::optional<Column> column = results.Find(name);
    if (column && column->result.direction != Direction::kNeither) {
      add(*column);
    } else if (column) {
      problems.Add(mark, path,
                   absl::StrCat("'", name,
                                "' is neither better when higher nor when "
                                "lower; nothing can be chosen by it"));
    } else if (!results.all().empty()) {
      problems.Add(mark, path,
                   absl::StrCat(results.Unknown(name), "; or 'none'"));
    }
  }
}

// Fills in the axis that the others are compared with: one varied alone.
void ChooseReference(const Spec& spec, Study& study, Problems& problems) {
  std::vector<std::string> alone;
  for (const Configuration& configuration : study.configurations) {
    if (configuration.axis_values.size() != 1) continue;
    const std::string& axis = configuration.axis_values[0].axis;
    if (std::find(alone.begin(), alone.end(), axis) == alone.end()) {
      alone.push_back(axis);
    }
  }
  const std::string wanted = spec.reference ? spec.reference->name : "lr";
  if (std::find(alone.begin(), alone.end(), wanted) != alone.end()) {
    study.reference = wanted;
  } else if (!spec.reference) {
    study.reference = alone.empty() ? "" : alone[0];
  } else if (wanted != "none" && !study.configurations.empty()) {
    problems.Add(
        spec.reference->mark, "compare.reference",
        absl::StrCat(FindAxis(spec.axes, wanted)
                         ? absl::StrCat("axis '", wanted,
                                        "' is never varied alone, so that "
                                        "nothing can be compared with it")
                         : absl::StrCat("no axis '", wanted, "'"),
                     alone.empty() ? "" : Known(wanted, alone), "; or 'none'"));
  }
}

// Adds an error, and returns true, if the plan is too large to be expanded.
bool IsTooLarge(const Spec& spec, Problems& problems) {
  double trials = 0;
  for (const Sweep& sweep : spec.sweeps) {
    double configurations = sweep.kind == Sweep::Kind::kRandom
                                ? static_cast<double>(sweep.draws)
                                : 1;
    for (const size_t axis : sweep.axes) {
      const auto values = static_cast<double>(spec.axes[axis].values.size());
      if (sweep.kind == Sweep::Kind::kGrid) configurations *= values;
      if (sweep.kind == Sweep::Kind::kZip) configurations = values;
    }
    trials += configurations * static_cast<double>(spec.seeds.size());
    if (trials <= static_cast<double>(kMaxTrials)) continue;
    problems.Add(sweep.mark, sweep.path,
                 absl::StrCat("with this sweep the plan has ", trials,
                              " trials; at most ", kMaxTrials,
                              " can be planned at once"));
    return true;
  }
  return false;
}

void AddBase(const Spec& spec, ConfigurationReader& reader,
             const ConfigurationSink& sink, Problems& problems) {
  TrialSettings settings;
  TrialIdentity identity;
  if (reader.Read(ConfigurationDraft(spec.base), problems, &settings,
                  &identity)) {
    sink({"base", "base"}, std::move(settings), identity);
  }
}

// Expands base, axes and plan.
void AddPlannedTrials(const Spec& spec, PlanBuilder& builder,
                      Problems& problems) {
  if (!spec.base.is_map() || IsTooLarge(spec, problems)) return;
  RefuseUnknownKeys(spec.base, "base", TrialSections(), problems);
  const ConfigurationSink sink = [&](const Configuration& configuration,
                                     TrialSettings settings,
                                     TrialIdentity identity) {
    // After an error anywhere, the plan will not be used.
    if (!problems.empty()) return;
    settings.metrics = spec.metrics;
    const size_t position = builder.AddConfiguration(configuration);
    for (const int64_t seed : spec.seeds) {
      settings.seed = seed;
      builder.AddTrial(identity.Id(seed), settings, position);
    }
  };
  ConfigurationReader reader;
  if (spec.sweeps.empty()) {
    AddBase(spec, reader, sink, problems);
    return;
  }
  ExpandSweeps(spec, reader, sink, problems);
  // Axes may give what the base leaves out, and hide its errors.
  TrialSettings ignored;
  Problems in_base;
  ReadTrialSections(spec.base, "base", {}, in_base, &ignored);
  problems.AddAllButMissing(in_base);
}

// Adds the titles of results that selections and claims name and readers see
// in no column.
void AddTitles(const StudyResults& results, Study& study) {
  std::set<std::string> named = {study.selection};
  for (const Selection& selection : study.other_selections) {
    named.insert(selection.result);
  }
  for (const StudyClaim& claim : study.claims) {
    named.insert({claim.claim.result, claim.claim.with});
  }
  for (const Column& column : study.columns) named.erase(column.name());
  for (const std::string& name : named) {
    const std::optional<Column> column = results.Find(name);
    if (column) study.titles[name] = column->title();
  }
}

// Adds the axes of written-out configurations that `axes` does not name.
void AddUnnamedAxes(Study& study) {
  std::set<std::string> names;
  for (const StudyAxis& axis : study.axes) names.insert(axis.name);
  for (const Configuration& configuration : study.configurations) {
    for (const AxisValue& axis_value : configuration.axis_values) {
      if (names.insert(axis_value.axis).second) {
        study.axes.push_back({axis_value.axis, ""});
      }
    }
  }
}

std::set<double> Milestones(const Plan& plan) {
  std::set<double> milestones;
  for (const Trial& trial : plan.trials) {
    const std::vector<double>& some = trial.settings.training.milestones;
    milestones.insert(some.begin(), some.end());
  }
  return milestones;
}

}  // namespace

Plan MakePlan(const Spec& spec, Problems& problems) {
  Plan plan;
  Study& study = plan.study;
  study.name = spec.study;
  study.question = spec.question;
  for (const MetricChoice& metric : spec.metrics) {
    if (metric.config.plugin == nullptr) continue;
    study.metric_ids[metric.label] = metric.Id();
  }
  for (const Axis& axis : spec.axes) {
    study.axes.push_back({axis.name, axis.set});
  }
  PlanBuilder builder(plan);
  const int before = problems.count();
  if (spec.trials.empty()) {
    AddPlannedTrials(spec, builder, problems);
  } else {
    AddResolvedTrials(spec, builder, problems);
    AddUnnamedAxes(study);
  }
  const bool good = problems.count() == before;
  std::optional<std::set<double>> milestones;
  if (good) milestones = Milestones(plan);
  const StudyResults results(spec.metrics, std::move(milestones));
  study.columns = ChosenColumns(spec, results, problems);
  ChooseSelections(spec, results, study, problems);
  // Without configurations, every reference would seem wrong.
  if (good) {
    ChooseReference(spec, study, problems);
    AddClaims(spec, results, study, problems);
  }
  AddTitles(results, study);
  for (const Trial& trial : plan.trials) {
    study.trials.push_back(
        {trial.id, trial.settings.seed, trial.configurations});
  }
  return plan;
}

std::string TrialLabel(const Plan& plan, const Trial& trial) {
  const std::string& name =
      plan.study.configurations[trial.configurations[0]].name;
  return absl::StrCat(VisibleText(name), " seed ", trial.settings.seed);
}

}  // namespace bigstep
