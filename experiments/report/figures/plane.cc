#include "experiments/report/figures/plane.h"

#include <algorithm>

#include "experiments/report/figures/plot_style.h"
#include "experiments/report/figures/plotted_axis.h"

namespace bigstep {

std::vector<MarkGroup> GroupsOf(const Analysis& analysis) {
  std::vector<MarkGroup> groups;
  for (const PlottedAxis& axis : PlottedAxes(analysis.study)) {
    groups.push_back({axis.axis, Color(axis.color), Marker(axis.color),
                      axis.configurations,
                      groups.empty() && !axis.scale.words});
  }
  MarkGroup others{"", "#A0A0A0", 1, {}};
  for (size_t i = 0; i < analysis.configurations.size(); ++i) {
    const Configuration& configuration =
        analysis.configurations[i].configuration;
    if (configuration.axis_values.size() == 1) continue;
    if (others.configurations.empty()) others.name = configuration.sweep;
    if (others.name != configuration.sweep) others.name = "combinations";
    others.configurations.push_back(i);
  }
  if (!others.configurations.empty()) groups.push_back(others);
  return groups;
}

ValueRange RangeOf(const Plane& plane, size_t column) {
  constexpr double kRoom = 0.35;  // Of the means' range, on each side.
  std::vector<const Summary*> summaries;
  std::vector<double> values;
  for (const MarkGroup& group : plane.groups) {
    for (const size_t i : group.configurations) {
      if (!plane.Has(i)) continue;
      summaries.push_back(&plane.analysis.configurations[i].values[column]);
      values.push_back(summaries.back()->mean);
    }
  }
  const ResultSpec& spec = plane.analysis.study.columns[column].result;
  const ValueRange means = MakeValueRange(values, spec.most == kInfinity);
  if (means.log) return means;
  const auto [least, most] = Padded(means.low, means.high, kRoom);
  for (const Summary* summary : summaries) {
    if (!summary->interval) continue;
    values.push_back(std::max({summary->interval->low, least, spec.least}));
    values.push_back(std::min({summary->interval->high, most, spec.most}));
  }
  return MakeValueRange(values, false);
}

bool IsCut(const Plane& plane, size_t column, const ValueRange& range,
           bool below) {
  for (const MarkGroup& group : plane.groups) {
    for (const size_t i : group.configurations) {
      const auto& interval =
          plane.analysis.configurations[i].values[column].interval;
      if (!plane.Has(i) || !interval) continue;
      if (below ? interval->low < range.low : interval->high > range.high) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace bigstep
