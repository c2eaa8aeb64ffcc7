// A figure of a report: the data, the script that makes gnuplot draw them, and
// the words beside the picture.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_H_

#include <string>
#include <vector>

namespace bigstep {

// In the order of a report.
enum class FigureKind { kCurves, kPlane, kHeatMaps, kNormalized, kDynamics };

struct FigureFile {
  std::string name;
  std::string content;
};

struct Figure {
  std::string name;  // Of its files, without their ending.
  FigureKind kind = FigureKind::kCurves;
  std::string title;                  // One line.
  std::string caption;                // Explains the drawing.
  std::string script;                 // The content of <name>.gp.
  std::vector<FigureFile> data = {};  // Files that the script reads.
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_H_
