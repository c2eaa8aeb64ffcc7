// Figures of results against the values of axes.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_CURVES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_CURVES_H_

#include <vector>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/figures/figure.h"

namespace bigstep {

// One figure for each column: a panel for each axis that varies alone, all with
// one y axis; means with 95 % intervals, the single trials, and what diverged
// or collapsed. Columns without a value give none.
std::vector<Figure> CurveFigures(const Analysis& analysis,
                                 const Records& records);

// All columns against the reference axis (the first if there is none), each
// scaled to 0..1 by its least and greatest mean; columns where lower is better
// are turned over. None if fewer than two configurations have values.
std::vector<Figure> NormalizedFigure(const Analysis& analysis);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_CURVES_H_
