// Several studies side by side.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_STUDIES_TABLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_STUDIES_TABLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/tables/table.h"

namespace bigstep {

// Studies with the names that tables show, and the results they share.
struct StudySet {
  std::vector<std::string> names;
  std::vector<Analysis> studies;
  // Names of columns, in the order of the first study.
  std::vector<std::string> columns;
};

// Studies with the same name get a number. InvalidArgument, saying what
// each study has, if there are fewer than two studies or no shared column.
absl::StatusOr<StudySet> MakeStudySet(std::vector<Analysis> studies);

// The tables of several studies.
struct StudiesTables {
  Table claims;  // Against studies; without rows if there are none.
  Table axes;    // At their best values; without rows if none is chosen.
  Table configurations;
  std::string rules;  // That the tables follow.
};
StudiesTables MakeStudiesTables(const StudySet& set);

// Result by result, a row for each configuration that any study has, and a
// column for each study; then the same for the axes at their best.
std::string StudiesMarkdown(const StudySet& set);
std::string StudiesLatex(const StudySet& set);

// Full precision; a line for each study and configuration.
std::string StudiesCsv(const StudySet& set);

// Writes studies.{md,csv,tex} into `folder` and, if studies have claims,
// claims.csv.
absl::Status WriteStudies(const std::string& folder, const StudySet& set);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_STUDIES_TABLE_H_
