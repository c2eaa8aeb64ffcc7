// The columns that tables of results share, and their entries.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_RESULT_COLUMNS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_RESULT_COLUMNS_H_

#include <optional>
#include <string>
#include <vector>

#include "experiments/records/study.h"
#include "experiments/records/trial_result.h"
#include "experiments/report/analysis/statistics.h"
#include "experiments/report/analysis/trial_counts.h"
#include "experiments/report/tables/table.h"

namespace bigstep {

// "trials" ("n" where there is little room), with the CSV fields of
// CountsFields.
Table::Column CountsColumn();
Table::Entry CountsEntry(const TrialCounts& counts);

// Mean training accuracy and cross-entropy at the end.
Table::Column FitColumn(bool regression);
Table::Entry FitEntry(const std::optional<TrainFit>& fit, bool regression);

// The titles and values of the CSV fields of counts.
std::vector<std::string> CountsTitles();
std::vector<std::string> CountsFields(const TrialCounts& counts);

// "unbiased_test ↑" in the group "accuracy", without CSV fields.
Table::Column ResultColumn(const Column& column);

// The CSV fields of a result: "<name>.n", its mean, standard deviation and the
// 95 % interval of the mean.
std::vector<std::string> SummaryTitles(const std::string& name);
std::vector<std::string> SummaryFields(const Summary& summary);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_RESULT_COLUMNS_H_
