// The tables of a study, made from its records alone.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLES_H_

#include <string>

#include "absl/status/status.h"
#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// Every setting with the mean and standard deviation of each column, and the
// rules by which they were made.
std::string ToMarkdown(const Analysis& analysis);

// The same with full precision, the number of values and the 95 % intervals,
// one row a setting; what is undefined is empty.
std::string ToCsv(const Analysis& analysis);

// The same as ToMarkdown as a LaTeX table. The best mean of each column is bold
// if its result has a direction; only settings whose trials all completed take
// part.
std::string ToLatex(const Analysis& analysis);

// Writes table.{md,csv,tex}, comparison.{md,csv,tex} (axes_table.h) and
// trials.csv into the study's folder.
absl::Status WriteTables(const std::string& study_folder,
                         const Analysis& analysis, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLES_H_
