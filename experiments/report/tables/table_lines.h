// What renderers of tables share.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_LINES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_LINES_H_

#include <string>

#include "experiments/report/tables/table.h"

namespace bigstep {

// " ↑", " ↓", or nothing.
std::string Arrow(Direction direction);

// The columns and entries that readers see, each detail in a row of its own.
Table Lines(const Table& table);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_LINES_H_
