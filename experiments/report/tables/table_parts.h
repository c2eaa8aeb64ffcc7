// What the tables of reports have in common.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_PARTS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_PARTS_H_

#include <string>
#include <vector>

#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/statistics.h"
#include "experiments/report/tables/text_table.h"

namespace bigstep {

// What means are means of.
inline constexpr char kMeansRule[] =
    "Mean ± sample standard deviation (n - 1) over the completed trials of a "
    "setting, one trial a seed. Collapsed trials (no better than guessing on "
    "the training data) count as completed; diverged ones (NaN or infinite "
    "loss) have no values.";
inline constexpr char kArrowsRule[] = "↑ higher is better, ↓ lower.";

// The study's question and the rule of selection.
std::string CaptionOf(const Study& study);

// "5 completed (1 collapsed), 2 diverged".
std::string Outcomes(const TableRow& row);

// "5"; with what became of the others, "5 (1 collapsed, 2 diverged)".
std::string ShortOutcomes(const TableRow& row);

// "unbiased_test ↑" in the group "accuracy".
TextTable::Column ColumnTitle(const Column& column);

// How the numbers of each column are written.
std::vector<NumberStyle> ColumnStyles(const Analysis& analysis);

// "0.9830 ± 0.0040". Fewer values than completed trials are counted: "0.9830 ±
// 0.0040 (n = 2)".
std::string ValueText(const NumberStyle& style, const Summary& summary,
                      int completed);

// Fields of CSV files without the commas around them.
inline constexpr char kCountsCsvHead[] =
    "trials,completed,collapsed,diverged,failed,missing";
std::string CountsCsv(const TableRow& row);
// "<name>.n,<name>.mean,...": the mean, the standard deviation, and the 95 %
// interval of the mean.
std::string SummaryCsvHead(const std::string& name);
std::string SummaryCsv(const Summary& summary);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_PARTS_H_
