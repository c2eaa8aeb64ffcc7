// The axes of a study compared.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_AXES_TABLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_AXES_TABLE_H_

#include <string>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/tables/table.h"

namespace bigstep {

// Each axis at its best value: its results, how they differ from those of the
// best value of the reference axis, its place between the worst and the best
// configuration, and how results correlate with the axis's values. A last row
// shows the best configuration of the study if it varies several axes. In CSV,
// one line for each axis; the counts are of the configurations that vary the
// axis alone.
Table AxesTable(const Analysis& analysis);

// The table with the study's question, and the rules it follows.
std::string AxesMarkdown(const Analysis& analysis);
std::string AxesLatex(const Analysis& analysis);

// The rules of the table: means, selection, tests, scores.
std::string AxesRules(const Analysis& analysis);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_AXES_TABLE_H_
