// Runs gnuplot, the program that draws figures.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_GNUPLOT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_GNUPLOT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace bigstep {

// Runs `scripts`, files in `folder`, there, in one process, and waits for it.
// NotFound, saying how to install it, without a program of the name `program`
// in PATH; Internal with its error message if it fails.
absl::Status RunGnuplot(const std::string& folder,
                        const std::vector<std::string>& scripts,
                        const std::string& program = "gnuplot");

// A PDF by cairo without the date at which it was made, so that equal figures
// are equal files. Other text is returned unchanged.
std::string WithoutDate(std::string pdf);

// An SVG file by gnuplot, changed to fit into a page beside others: without the
// XML head and the size in pixels, with `prefix` before its ids, black as the
// colour of the text around it, its width as the variable --inches, no
// background, and `description` for screen readers. Empty if `svg` is not what
// gnuplot writes.
std::string InlineSvg(const std::string& svg, const std::string& prefix,
                      const std::string& description);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_GNUPLOT_H_
