// What figures draw, taken from an analysis and its records: the settings along
// each axis, and what their single trials gave.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_DATA_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_DATA_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/figures/plot_script.h"

namespace bigstep {

// A trial of a setting; without a record it is not finished.
struct SettingTrial {
  const StudyTrial* trial = nullptr;
  const Record* record = nullptr;

  // "completed", "collapsed", "diverged", "failed" or "missing".
  std::string State() const;
};

// The trials of each configuration of `study`, both of which must outlive the
// result.
std::vector<std::vector<SettingTrial>> TrialsOfConfigurations(
    const Study& study, const Records& records);

// What a trial gave for a column: nothing if it did not complete, or if the
// result is no number.
std::optional<double> ValueOf(const Record* record, const Column& column);

// An axis that varies alone: its settings in the order of the axis_value.
struct AxisSettings {
  std::string axis;
  size_t color = 0;          // The same in all figures, see Color and Marker.
  std::vector<size_t> rows;  // Positions in Study::configurations.
  AxisScale scale;           // One position for each row.
};

// The reference axis first, then the others in the study's order.
std::vector<AxisSettings> AxesOf(const Study& study);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_DATA_H_
