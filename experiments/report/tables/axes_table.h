// The axes of a study compared: for each, its best value with its results, how
// they differ from those of the best value of the reference axis, its place
// between the worst and the best setting, and how results go with its values.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_AXES_TABLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_AXES_TABLE_H_

#include <string>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// With the rules by which it was made at its foot.
std::string AxesMarkdown(const Analysis& analysis);
std::string AxesLatex(const Analysis& analysis);

// Full precision, one row an axis; what is undefined is empty. The counts are
// of the settings that vary the axis alone.
std::string AxesCsv(const Analysis& analysis);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_AXES_TABLE_H_
