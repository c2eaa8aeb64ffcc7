// The figure of robustness against compressibility: all configurations at once.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_PLANE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_PLANE_H_

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/figures/figure.h"

namespace bigstep {

// The columns of the plane, x (compressibility) and y (robustness): the first
// column of parameter_compressibility, or else of prunability, or else of
// pq_index, and the first of accuracy; else the first two columns with a
// direction, the second along x. A metric counts by the start of its label.
// Nothing if there are no two.
std::optional<std::pair<size_t, size_t>> PlaneColumns(const Study& study);

// One mark for each configuration, in the colour of its axis; the reference
// axis is connected in the order of its values. None without columns or values.
std::vector<Figure> PlaneFigure(const Analysis& analysis);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_PLANE_H_
