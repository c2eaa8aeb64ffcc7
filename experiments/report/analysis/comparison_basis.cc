#include "experiments/report/analysis/comparison_basis.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "experiments/report/analysis/recorded_trial.h"

namespace bigstep {
namespace {

// Accuracies that differ by more are worth a word.
constexpr double kUnequal = 0.01;
// The ratio of squared errors from which on they are said to differ: ours.
constexpr double kUnequalRatio = 2;

// A number below `json`, of any origin; 0 if there is none.
double Number(const Json& json, const std::vector<const char*>& path) {
  const Json* value = &json;
  for (const char* const key : path) {
    if (!value->is_object()) return 0;
    const auto found = value->find(key);
    if (found == value->end()) return 0;
    value = &*found;
  }
  return value->is_number() ? value->get<double>() : 0;
}

// What the trials were given, each value once.
struct Budgets {
  std::set<std::pair<double, double>> fits;  // Accuracy and cross-entropy.
  std::set<double> steps, examples, epochs;
};

Budgets FindBudgets(const Records& records) {
  Budgets budgets;
  for (const auto& [id, record] : records) {
    const double steps = Number(record.trial, {"training", "max_steps"});
    budgets.steps.insert(steps);
    budgets.epochs.insert(Number(record.trial, {"training", "epochs"}));
    budgets.examples.insert(steps *
                            Number(record.trial, {"training", "batch_size"}));
    budgets.fits.emplace(
        Number(record.trial, {"training", "stop", "train_accuracy"}),
        Number(record.trial, {"training", "stop", "cross_entropy"}));
  }
  return budgets;
}

std::string FitText(double accuracy, double cross_entropy) {
  std::vector<std::string> parts;
  if (cross_entropy > 0) {
    parts.push_back(
        absl::StrCat("their mean cross-entropy was below ", cross_entropy));
  }
  if (accuracy >= 1) {
    parts.push_back("all were classified right");
  } else if (accuracy > 0) {
    parts.push_back(
        absl::StrCat(accuracy * 100, " % of them were classified right"));
  }
  return absl::StrCat(
      "Compared at equal fit: each trial trained until, of all training "
      "examples, ",
      absl::StrJoin(parts, " and "), ".");
}

// "lr=0.1 (2), lr=0.3 (1)": the trials of each configuration that `is` true of.
std::string Counts(const Study& study, const Records& records,
                   bool (*is)(const Record&)) {
  std::vector<std::string> parts;
  const auto trials = TrialsOfConfigurations(study, records);
  for (size_t i = 0; i < trials.size(); ++i) {
    const auto n = std::count_if(
        trials[i].begin(), trials[i].end(), [is](const RecordedTrial& trial) {
          return trial.record != nullptr && is(*trial.record);
        });
    if (n == 0) continue;
    parts.push_back(absl::StrCat(study.configurations[i].name, " (", n, ")"));
  }
  return absl::StrJoin(parts, ", ");
}

// Which trials ended without the fit.
std::string WithoutFit(const Study& study, const Records& records) {
  std::string text;
  const std::string unconverged = Counts(study, records, IsUnconverged);
  if (!unconverged.empty()) {
    absl::StrAppend(&text, " Some ended without (not converged): ", unconverged,
                    ".");
  }
  const std::string collapsed =
      Counts(study, records, [](const Record& r) { return r.collapsed; });
  if (!collapsed.empty()) {
    absl::StrAppend(&text, " Some collapsed: ", collapsed, ".");
  }
  return text;
}

// The mean training accuracy of the completed trials or, in a regression, their
// mean squared error; nothing if a record does not say.
std::optional<double> MeanFit(const std::vector<RecordedTrial>& trials,
                              bool regression) {
  double sum = 0;
  int n = 0;
  for (const RecordedTrial& trial : trials) {
    if (trial.record == nullptr ||
        trial.record->outcome != Outcome::kCompleted) {
      continue;
    }
    const char* const key = regression ? "squared_error" : "accuracy";
    if (!trial.record->fit.contains(key)) return std::nullopt;
    sum += Number(trial.record->fit, {key});
    ++n;
  }
  if (n == 0) return std::nullopt;
  return sum / n;
}

// Says so if some configurations have learnt their training data and others
// have not.
std::string UnequalFits(const Study& study, const Records& records) {
  const auto trials = TrialsOfConfigurations(study, records);
  const bool regression =
      std::any_of(records.begin(), records.end(), [](const auto& record) {
        return record.second.fit.contains("squared_error");
      });
  std::map<double, size_t> by_fit;
  for (size_t i = 0; i < trials.size(); ++i) {
    const std::optional<double> fit = MeanFit(trials[i], regression);
    if (fit) by_fit.emplace(*fit, i);
  }
  if (by_fit.empty()) return "";
  const auto& [least, least_of] = *by_fit.begin();
  const auto& [most, most_of] = *by_fit.rbegin();
  if (regression ? most <= kUnequalRatio * least : most - least <= kUnequal) {
    return "";
  }
  const auto text = [regression](double fit) {
    return regression ? absl::StrFormat("%.2g", fit)
                      : absl::StrFormat("%.2f", fit);
  };
  return absl::StrCat(
      " The fit is not equal: the ",
      regression ? "mean squared error of training data" : "training accuracy",
      " at the end lies between ", text(least), " (",
      study.configurations[least_of].name, ") and ", text(most), " (",
      study.configurations[most_of].name,
      "), so that differences may be those of training time.");
}

// "3 of 8 trials ended before their budget of steps (patience, collapse)."
std::string EndedEarly(const Records& records) {
  int n = 0, completed = 0;
  for (const auto& [id, record] : records) {
    if (record.outcome != Outcome::kCompleted) continue;
    ++completed;
    n += record.stop == "plateau" || record.stop == "collapsed" ? 1 : 0;
  }
  if (n == 0) return "";
  return absl::StrCat("Compared after different trainings: ", n, " of ",
                      completed,
                      " trials ended before their budget (no progress, or no "
                      "better than guessing).");
}

// "3000" or "500 to 3000".
std::string RangeText(const std::set<double>& values) {
  const auto text = [](double value) { return absl::StrFormat("%.0f", value); };
  return values.size() == 1 ? text(*values.begin())
                            : absl::StrCat(text(*values.begin()), " to ",
                                           text(*values.rbegin()));
}

// What a dotted path ("optimizer.lr") leads to in the options of a trial, of
// any origin; empty if there is nothing, or more than one value.
std::string OptionText(const Json& trial, absl::string_view path) {
  const Json* value = &trial;
  for (const absl::string_view key : absl::StrSplit(path, '.')) {
    if (!value->is_object()) return "";
    const auto found = value->find(std::string(key));
    if (found == value->end()) return "";
    value = &*found;
  }
  if (value->is_number()) return absl::StrCat(value->get<double>());
  return value->is_string() ? value->get<std::string>() : "";
}

}  // namespace

std::string DescribeReferenceValues(const Study& study,
                                    const Records& records) {
  std::string path;
  for (const StudyAxis& axis : study.axes) {
    if (axis.name == study.reference) path = axis.set;
  }
  if (path.empty()) return "";
  const auto trials = TrialsOfConfigurations(study, records);
  std::vector<std::string> values;  // In the order of the axes.
  std::map<std::string, std::vector<std::string>> axes_at;
  for (const StudyAxis& axis : study.axes) {
    std::set<std::string> at;
    for (size_t i = 0; i < trials.size(); ++i) {
      if (axis.name == study.reference ||
          !VariesAlone(study.configurations[i], axis.name)) {
        continue;
      }
      for (const RecordedTrial& trial : trials[i]) {
        if (trial.record == nullptr) continue;
        at.insert(OptionText(trial.record->trial, path));
      }
    }
    // An axis that sets the option as well has several.
    if (at.size() != 1 || at.begin()->empty()) continue;
    std::vector<std::string>& axes = axes_at[*at.begin()];
    if (axes.empty()) values.push_back(*at.begin());
    axes.push_back(axis.name);
  }
  std::vector<std::string> parts;
  for (const std::string& value : values) {
    parts.push_back(absl::StrCat("at ", study.reference, "=", value, ": ",
                                 absl::StrJoin(axes_at[value], ", ")));
  }
  if (parts.empty()) return "";
  return absl::StrCat("The other axes vary ", absl::StrJoin(parts, "; "), ".");
}

std::string DescribeBasis(const Study& study, const Records& records) {
  if (records.empty()) return "";
  const Budgets budgets = FindBudgets(records);
  const auto& [accuracy, cross_entropy] = *budgets.fits.begin();
  if (budgets.fits.size() == 1 && (accuracy > 0 || cross_entropy > 0)) {
    return absl::StrCat(FitText(accuracy, cross_entropy),
                        WithoutFit(study, records));
  }
  std::string text = EndedEarly(records);
  if (budgets.fits.size() > 1) {
    text = "Compared after different trainings: the rules to stop differ.";
  } else if (budgets.epochs.size() > 1) {
    text = "Compared after different trainings: the budgets differ.";
  } else if (!text.empty()) {
    // That says it all.
  } else if (budgets.steps.size() == 1 && *budgets.steps.begin() > 0) {
    text = absl::StrCat("Compared at equal steps: ", RangeText(budgets.steps),
                        " each.");
  } else if (budgets.epochs.size() == 1 && *budgets.epochs.begin() > 0) {
    const double epochs = *budgets.epochs.begin();
    text = absl::StrCat("Compared at equal epochs: ", epochs,
                        epochs == 1 ? " pass" : " passes",
                        " over the training examples each.");
  } else if (budgets.examples.size() == 1 && *budgets.examples.begin() > 0) {
    text = absl::StrCat("Compared at equal epochs: ", RangeText(budgets.steps),
                        " steps of different batch sizes see as many "
                        "examples.");
  } else if (budgets.steps.size() > 1) {
    text = absl::StrCat("Compared after different trainings: ",
                        RangeText(budgets.steps), " steps.");
  }
  return absl::StrCat(text, UnequalFits(study, records));
}

}  // namespace bigstep
