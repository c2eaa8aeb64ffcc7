// The figure of results by step.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_DYNAMICS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_DYNAMICS_H_

#include <map>
#include <string>
#include <vector>

#include "experiments/records/history.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/figures/figure.h"

namespace bigstep {

using Histories = std::map<std::string, History>;  // By trial id.

// The trials whose histories the figure draws: those of the reference axis, or
// of the first axis that varies alone.
std::vector<std::string> DynamicsTrials(const Study& study);

// One panel each for the training loss, the compared results that are measured
// by step, and the effective share of bias-conflicting examples in the loss;
// one line for each value of the axis, the mean over its seeds. None if there
// are no histories.
std::vector<Figure> DynamicsFigure(const Study& study,
                                   const Histories& histories);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_DYNAMICS_H_
