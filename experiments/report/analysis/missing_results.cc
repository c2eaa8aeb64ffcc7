#include "experiments/report/analysis/missing_results.h"

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

bool Has(const Record& record, const Column& column) {
  for (const Json* const metrics : {&record.metrics, &record.course}) {
    const auto values = metrics->find(column.metric);
    if (values != metrics->end() && values->contains(column.result.name)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> MissingResultWarnings(const Study& study,
                                               const Records& records,
                                               const TrialCounts& total) {
  std::vector<std::string> warnings;
  if (total.completed == 0 && total.diverged > 0) {
    warnings.push_back(absl::StrCat(
        "Warning: no trial completed, and ", total.diverged, " of ",
        total.trials,
        " diverged, so that there are no results. Try smaller learning rates, "
        "and check the scale of the inputs (dataset.std)."));
  }
  for (const Column& column : study.columns) {
    int completed = 0, lacking = 0;
    std::string first;
    for (const StudyTrial& trial : study.trials) {
      const auto record = records.find(trial.id);
      if (record == records.end() ||
          record->second.outcome != Outcome::kCompleted) {
        continue;
      }
      ++completed;
      if (Has(record->second, column)) continue;
      if (lacking++ == 0) first = trial.id;
    }
    if (lacking == 0 || lacking == completed) continue;
    warnings.push_back(absl::StrCat(
        "Warning: ", lacking, " of ", completed, " completed trials ",
        lacking == 1 ? "lacks" : "lack", " the result ", column.name(),
        " (the first: ", first,
        "), so that its means are over the others. To train one again, delete "
        "its record.json and run the study."));
  }
  return warnings;
}

}  // namespace bigstep
