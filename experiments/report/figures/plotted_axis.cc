#include "experiments/report/figures/plotted_axis.h"

#include <utility>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

std::vector<PlottedAxis> PlottedAxes(const Study& study) {
  std::vector<PlottedAxis> axes;
  for (const std::string& name : AxesInOrder(study)) {
    PlottedAxis axis{name, axes.size(), ConfigurationsOf(study, name), {}};
    if (axis.configurations.empty()) continue;
    std::vector<AxisValue> values;
    for (const size_t i : axis.configurations) {
      values.push_back(study.configurations[i].axis_values[0]);
    }
    axis.scale = MakeAxisScale(values);
    axes.push_back(std::move(axis));
  }
  return axes;
}

}  // namespace bigstep
