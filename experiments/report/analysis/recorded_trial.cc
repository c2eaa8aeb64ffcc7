#include "experiments/report/analysis/recorded_trial.h"

namespace bigstep {

std::string RecordedTrial::State() const {
  if (record == nullptr) return "missing";
  if (record->collapsed) return "collapsed";
  return IsUnconverged(*record) ? "not converged"
                                : OutcomeName(record->outcome);
}

std::optional<double> RecordedTrial::Value(const Column& column) const {
  if (record == nullptr) return std::nullopt;
  return ResultOf(*record, column.metric, column.result.name);
}

const Record* FindRecord(const Records& records, const std::string& id) {
  const auto it = records.find(id);
  return it == records.end() ? nullptr : &it->second;
}

std::vector<std::vector<RecordedTrial>> TrialsOfConfigurations(
    const Study& study, const Records& records) {
  std::vector<std::vector<RecordedTrial>> trials(study.configurations.size());
  for (const StudyTrial& trial : study.trials) {
    const Record* record = FindRecord(records, trial.id);
    for (const size_t configuration : trial.configurations) {
      trials[configuration].push_back({&trial, record});
    }
  }
  return trials;
}

}  // namespace bigstep
