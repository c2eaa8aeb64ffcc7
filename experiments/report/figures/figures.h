// The figures of a study, with the scripts and data that drew them.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/figures/figure.h"

namespace bigstep {

struct DrawnFigure {
  Figure figure;
  // An element of a page: <svg> (see InlineSvg), or <img> for drawings of very
  // many parts. Empty if it was not drawn.
  std::string html;
};

struct DrawnFigures {
  std::vector<DrawnFigure> figures;
  std::vector<std::string> notes;  // About missing parts, for readers.
};

// All figures of a study, in the order of a report.
std::vector<Figure> MakeFigures(const Analysis& analysis,
                                const Records& records,
                                const Histories& histories);

// Makes all figures from a study's records and histories and writes them into
// `<study_folder>/figures`: script, data, SVG, PDF and PNG of each. Without
// gnuplot, or where it fails, there are scripts, data and a note. Fails if
// files cannot be written.
absl::StatusOr<DrawnFigures> WriteFigures(
    const std::string& study_folder, const Analysis& analysis,
    const Records& records, const std::string& gnuplot = "gnuplot");

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURES_H_
