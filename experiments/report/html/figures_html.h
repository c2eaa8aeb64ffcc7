// Figures as elements of a page.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HTML_FIGURES_HTML_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HTML_FIGURES_HTML_H_

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/report/figures/figures.h"

namespace bigstep {

// The figures of these kinds, in the order of `figures`, those after the first
// `at_once` folded; empty if there are none.
std::string FiguresHtml(const DrawnFigures& figures,
                        const std::vector<FigureKind>& kinds, size_t at_once);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HTML_FIGURES_HTML_H_
