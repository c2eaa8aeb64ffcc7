// Every trial of a study with its settings and results, for other programs.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TRIALS_CSV_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TRIALS_CSV_H_

#include <string>

#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// One row for each trial, in the order of the plan. The columns:
// - id, seed; outcome (completed, diverged, failed or missing); collapsed
//   (true or false); steps; stop; reason (of a failure);
// - settings: the rows of the table that the trial belongs to, as
//   "lr: lr=0.1; momentum: momentum=0";
// - axis.<axis>: the label of the axis's value if a setting of the trial has
//   one, for each axis;
// - <path>: each option that is not the same in all records, as in
//   `optimizer.lr`; of a list of plugins the names, as in `regularizers`, and
//   the options below them, as in `regularizers.l2.coefficient`;
// - <metric>.<result>: each single number of the records, with all digits,
//   whether the table shows it or not;
// - run.<name>: when, how long and by what the trial was run. All other columns
//   depend on the plan and the results alone: studies that ran alike are alike
//   in them.
// What is undefined, or unknown for want of a record, is empty.
std::string TrialsCsv(const Study& study, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TRIALS_CSV_H_
