// The labels in the plane of two results.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLANE_LABELS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLANE_LABELS_H_

#include <string>

#include "experiments/report/figures/plane.h"
#include "experiments/report/figures/plot_page.h"

namespace bigstep {

// gnuplot's commands for labels at the ends and the best of the connected axis,
// and at the best of every other axis, so that they do not overlap.
std::string PlaneLabels(const Plane& plane, const Panel& panel);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLANE_LABELS_H_
