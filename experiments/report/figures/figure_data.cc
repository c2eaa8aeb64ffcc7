#include "experiments/report/figures/figure_data.h"

#include <algorithm>
#include <utility>

namespace bigstep {
namespace {

bool AllNumbers(const Study& study, const std::vector<size_t>& rows) {
  return std::all_of(rows.begin(), rows.end(), [&study](size_t row) {
    return study.configurations[row].axis_values[0].number.has_value();
  });
}

// The settings that vary `axis` alone, in the order of the axis_value: of its
// numbers if all values are numbers, else of the plan. A value that several
// sweeps have counts once.
std::vector<size_t> RowsOf(const Study& study, const std::string& axis) {
  std::vector<size_t> rows;
  for (size_t row = 0; row < study.configurations.size(); ++row) {
    const Configuration& configuration = study.configurations[row];
    if (!VariesAlone(configuration, axis)) continue;
    const bool known = std::any_of(rows.begin(), rows.end(), [&](size_t other) {
      return study.configurations[other].axis_values[0].label ==
             configuration.axis_values[0].label;
    });
    if (!known) rows.push_back(row);
  }
  if (AllNumbers(study, rows)) {
    std::stable_sort(rows.begin(), rows.end(), [&study](size_t a, size_t b) {
      return *study.configurations[a].axis_values[0].number <
             *study.configurations[b].axis_values[0].number;
    });
  }
  return rows;
}

}  // namespace

std::string SettingTrial::State() const {
  if (record == nullptr) return "missing";
  return record->collapsed ? "collapsed" : OutcomeName(record->outcome);
}

std::vector<std::vector<SettingTrial>> TrialsOfConfigurations(
    const Study& study, const Records& records) {
  std::vector<std::vector<SettingTrial>> trials(study.configurations.size());
  for (const StudyTrial& trial : study.trials) {
    const auto it = records.find(trial.id);
    const Record* record = it == records.end() ? nullptr : &it->second;
    for (const size_t configuration : trial.configurations) {
      trials[configuration].push_back({&trial, record});
    }
  }
  return trials;
}

std::optional<double> ValueOf(const Record* record, const Column& column) {
  if (record == nullptr) return std::nullopt;
  return ResultOf(*record, column.name());
}

std::vector<AxisSettings> AxesOf(const Study& study) {
  std::vector<std::string> names;
  for (const StudyAxis& axis : study.axes) names.push_back(axis.name);
  std::stable_partition(names.begin(), names.end(), [&](const auto& name) {
    return name == study.reference;
  });
  std::vector<AxisSettings> axes;
  for (const std::string& name : names) {
    AxisSettings axis{name, axes.size(), RowsOf(study, name), {}};
    if (axis.rows.empty()) continue;
    std::vector<AxisValue> axis_values;
    for (const size_t row : axis.rows) {
      axis_values.push_back(study.configurations[row].axis_values[0]);
    }
    axis.scale = MakeAxisScale(axis_values);
    axes.push_back(std::move(axis));
  }
  return axes;
}

}  // namespace bigstep
