// The table of a study's configurations, and all tables as files.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/tables/table.h"

namespace bigstep {

// Each configuration with the mean and standard deviation of its results. The
// best of the study (Analysis::best_of_all) is bold. CSV has the numbers of
// values and the 95 % intervals too.
Table ConfigurationsTable(const Analysis& analysis);

// Which fits of training data a table shows.
struct Fits {
  bool of_classes = false, of_regressions = false;
};

// Those that the study has.
Fits FitsIn(const Analysis& analysis);

// The same with some columns of the study alone, and with these fits.
Table ConfigurationsTable(const Analysis& analysis,
                          const std::vector<size_t>& columns, const Fits& fits);

// The table with the study's question, and the rules it follows.
std::string ToMarkdown(const Analysis& analysis);
std::string ToLatex(const Analysis& analysis);

// Writes table.{md,csv,tex}, comparison.{md,csv,tex} (axes_table.h), trials.csv
// (trials_table.h) and, if the study has claims, claims.{md,csv,tex}
// (claims_table.h) into the study's folder.
absl::Status WriteTables(const std::string& study_folder,
                         const Analysis& analysis, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLES_H_
