// Every trial of a study with its options and results.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TRIALS_TABLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TRIALS_TABLE_H_

#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/tables/table.h"

namespace bigstep {

// One row for each trial, in the order of the plan. Readers see its
// configuration, seed, outcome and time, and the results that the study
// compares. CSV is for other programs; its columns:
// - id, seed; outcome (completed, diverged, failed or missing); collapsed
//   (true or false); steps; stop; reason (of a failure);
// - settings: the configurations that the trial belongs to, as
//   "lr: lr=0.1; momentum: momentum=0";
// - axis.<axis>: the label of the axis's value if a configuration of the trial
//   has one, for each axis;
// - <path>: each option that is not the same in all records, as in
//   `optimizer.lr`; for a list of plugins their names, as in `regularizers`,
//   and the options below them, as in `regularizers.l2.coefficient`;
// - <metric>.<result>: each single number of the records, with all digits,
//   whether the study compares it or not;
// - run.<name>: when, how long and by what the trial was run. All other columns
//   depend on the plan and the results alone, so that equal runs of a study
//   give equal columns.
// Undefined values, and values that only a record has, are empty. Without
// `with_csv`, it is for readers alone, and made in less time.
Table TrialsTable(const Study& study, const Records& records,
                  bool with_csv = true);

// The trials that failed, diverged or collapsed, and why; no CSV.
Table FailuresTable(const Study& study, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TRIALS_TABLE_H_
