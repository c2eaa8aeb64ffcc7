#include "experiments/report/history_notes.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "base/folder.h"
#include "experiments/records/history.h"

namespace bigstep {
namespace {

// Whether the trial was measured by a metric of this label.
bool HadMetric(const Record& record, const std::string& label) {
  if (!record.trial.is_object()) return false;
  const auto metrics = record.trial.find("metrics");
  if (metrics == record.trial.end() || !metrics->is_array()) return false;
  return std::any_of(metrics->begin(), metrics->end(), [&](const Json& choice) {
    if (!choice.is_object()) return false;
    const auto found = choice.find(choice.contains("label") ? "label" : "name");
    return found != choice.end() && *found == label;
  });
}

// Whether a column of history.csv is the loss or a result of the record. A
// record that was read for a study lacks metrics that the study configures
// otherwise.
bool IsKnown(const std::string& name, const Record& record) {
  if (name == "train_loss") return true;
  const size_t dot = name.find('.');
  if (dot == std::string::npos) return false;
  const std::string label = name.substr(0, dot);
  const auto values = record.metrics.find(label);
  if (values == record.metrics.end()) return HadMetric(record, label);
  return values->contains(name.substr(dot + 1));
}

// What is wrong with the history of a completed trial, or "".
std::string Damage(const absl::StatusOr<std::optional<History>>& read,
                   const Record& record) {
  if (!read.ok()) return "cannot be read";
  if (!*read) return "is missing";
  const History& history = **read;
  if (history.steps.empty() || history.steps.back() != record.steps) {
    return "does not end at the trial's last step";
  }
  const bool known = std::all_of(
      history.names.begin(), history.names.end(),
      [&](const std::string& name) { return IsKnown(name, record); });
  return known && history.Find("train_loss") ? "" : "has a damaged column name";
}

struct Damaged {
  int trials = 0;
  std::string first;
};

}  // namespace

std::vector<std::string> HistoryNotes(const std::string& study_folder,
                                      const Study& study,
                                      const Records& records) {
  std::map<std::string, Damaged> all;
  for (const StudyTrial& trial : study.trials) {
    const auto record = records.find(trial.id);
    if (record == records.end() ||
        record->second.outcome != Outcome::kCompleted) {
      continue;
    }
    const std::string damage =
        Damage(ReadHistory(study_folder, record->second), record->second);
    if (damage.empty()) continue;
    Damaged& damaged = all[damage];
    if (damaged.trials++ == 0) {
      damaged.first =
          Folder(study_folder).PathTo(TrialFile(trial.id, "history.csv"));
    }
  }
  std::vector<std::string> notes;
  for (const auto& [damage, damaged] : all) {
    notes.push_back(absl::StrCat(
        "history.csv ", damage, " in ", damaged.trials,
        damaged.trials == 1 ? " completed trial" : " completed trials",
        " (the first: ", damaged.first,
        "), so that curves over the steps lack it; delete record.json beside "
        "it to train the trial again"));
  }
  return notes;
}

}  // namespace bigstep
