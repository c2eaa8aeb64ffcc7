// The end of a run, on a terminal: the table of configurations and the verdicts
// in lines of at most 100 columns.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TERMINAL_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TERMINAL_H_

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/tables/table.h"

namespace bigstep {

// The columns of a terminal that are used.
inline constexpr size_t kTerminalWidth = 100;

// The study's question, its configurations with as many results as fit, and the
// verdicts on its claims. If not all results of the study fit, the unbiased
// ones and the first of each metric come first, and a line names the
// others.
std::string ToTerminal(const Analysis& analysis);

// The table without rules and markup: titles above, numbers aligned at the
// decimal point, a blank line between groups of rows. Columns at the end that
// do not fit `width` are left out; `*left_out` are their titles.
std::string ToTerminal(const Table& table, size_t width,
                       std::vector<std::string>* left_out);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TERMINAL_H_
