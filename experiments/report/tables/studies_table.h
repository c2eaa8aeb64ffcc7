// Several studies side by side.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_STUDIES_TABLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_STUDIES_TABLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/tables/text_table.h"

namespace bigstep {

// Studies under the names that tables show, and the results all of them have.
struct StudySet {
  std::vector<std::string> names;
  std::vector<Analysis> studies;
  // Names of columns, in the order of the first study.
  std::vector<std::string> columns;
};

// Studies of one name are told apart by a number. InvalidArgument, saying what
// each study has, if there are fewer than two studies or no shared column.
absl::StatusOr<StudySet> MakeStudySet(std::vector<Analysis> studies);

// The tables of a comparison: the axes with their best values, if any study
// has chosen them, and the settings.
struct StudiesTables {
  TextTable axes;  // Without rows if nothing is chosen.
  TextTable settings;
  std::string rules;  // By which they were made.
};
StudiesTables MakeStudiesTables(const StudySet& set);

// Result by result a row for each setting that any study has, and a column for
// each study; then, if there are any, the same for the axes at their best.
std::string StudiesMarkdown(const StudySet& set);
std::string StudiesLatex(const StudySet& set);

// Full precision; one row for each study and setting.
std::string StudiesCsv(const StudySet& set);

// Writes studies.{md,csv,tex} into `folder`.
absl::Status WriteStudies(const std::string& folder, const StudySet& set);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_STUDIES_TABLE_H_
