// The best configurations in all results at once.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TANDEM_TABLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TANDEM_TABLE_H_

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/tables/table.h"

namespace bigstep {

// The configurations with the best scores, and the parts of each score: the
// highest score of the study first, then the best configuration of each axis.
// No rows if there are no scores.
Table TandemTable(const Analysis& analysis);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TANDEM_TABLE_H_
