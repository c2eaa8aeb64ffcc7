// The figures of a report: their data, the scripts that make gnuplot draw them,
// and the words beside the pictures.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiments/records/history.h"
#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// In the order of a report.
enum class FigureKind {
  kCurves,
  kPlane,
  kHeatMaps,
  kRandom,
  kDerived,
  kNormalized,
  kDynamics
};

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

// One figure for each column: a panel for each axis that varies alone, all with
// one y axis; means with 95 % intervals, the single trials, and what diverged
// or collapsed. Columns without a value give none.
std::vector<Figure> CurveFigures(const Analysis& analysis,
                                 const Records& records);

// One figure for each derived quantity that brings the values of several axes
// into one order: the columns against it, a mark for each configuration whose
// sweep varies it, in the colour and shape of the sweep.
std::vector<Figure> DerivedFigures(const Analysis& analysis,
                                   const Records& records);

// All columns against the reference axis (the first if there is none), each
// scaled to 0..1 by its least and greatest mean; columns where lower is better
// are turned over. None if fewer than two configurations have values.
std::vector<Figure> NormalizedFigure(const Analysis& analysis);

// The columns of the plane, x (compressibility) and y (robustness): the first
// column of parameter_compressibility, or else of prunability, or else of
// pq_index, and the first of accuracy; else the first two columns with a
// direction, the second along x. A metric counts by the start of its label.
// Nothing if there are no two.
std::optional<std::pair<size_t, size_t>> PlaneColumns(const Study& study);

// One mark for each configuration, in colour and shape those of its axis; the
// reference axis is connected in the order of its values. None without columns
// or values.
std::vector<Figure> PlaneFigure(const Analysis& analysis);

// One figure for each sweep of two axes: a heat map for each column that has a
// value there, the first axis along x.
std::vector<Figure> HeatMapFigures(const Analysis& analysis);

// For each random search: its hyperparameters side by side (parallel
// coordinates), and up to three results against each of them.
std::vector<Figure> RandomFigures(const Analysis& analysis);

using Histories = std::map<std::string, History>;  // By trial id.

// The trials whose histories the figure draws: those of the reference axis, or
// of the first axis that varies alone; else of some configurations.
std::vector<std::string> DynamicsTrials(const Study& study);

// One panel each for the training loss, the compared results that are measured
// by step, and the effective share of bias-conflicting examples in the loss;
// one line for each value of the axis or for each configuration, the mean over
// its seeds; of a single configuration, one line for each seed. None if there
// are no histories.
std::vector<Figure> DynamicsFigure(const Study& study,
                                   const Histories& histories);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_FIGURE_H_
