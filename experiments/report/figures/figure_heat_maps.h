// Figures of grids: two axes that vary together.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_HEAT_MAPS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_HEAT_MAPS_H_

#include <vector>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/figures/figure.h"

namespace bigstep {

// One figure for each sweep of two axes: a heat map for each column that has a
// value there, the first axis along x.
std::vector<Figure> HeatMapFigures(const Analysis& analysis);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_HEAT_MAPS_H_
