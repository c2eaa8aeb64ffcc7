// The axes that figures draw.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOTTED_AXIS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOTTED_AXIS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/records/study.h"
#include "experiments/report/figures/axis_scale.h"

namespace bigstep {

// An axis that varies alone.
struct PlottedAxis {
  std::string axis;
  size_t color = 0;  // The same in all figures, see Color and Marker.
  // In the order of the axis, as positions in Study::configurations.
  std::vector<size_t> configurations;
  AxisScale scale;  // One position for each configuration.
};

// The reference axis first, then the others in the study's order.
std::vector<PlottedAxis> PlottedAxes(const Study& study);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOTTED_AXIS_H_
