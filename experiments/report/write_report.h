// Everything that is made of a study's records, in one call.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_WRITE_REPORT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_WRITE_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/report/analysis/analysis.h"

namespace bigstep {

struct ReportOptions {
  // Whether to draw figures and to make the page that shows them.
  bool figures = true;
};

// Reads study.json and the records of its trials and writes all derived files
// into the study's folder; returns what they say. A study of which trials are
// missing has a report too; files that are not of its trials are ignored. What
// could not be drawn, and why, is added to `notes` unless that is null.
// NotFound if there is no study; DataLoss, naming the file and the cure, for a
// damaged one.
absl::StatusOr<Analysis> WriteReport(const std::string& study_folder,
                                     const ReportOptions& options,
                                     std::vector<std::string>* notes = nullptr);

// Reads the studies in `folders` and writes them side by side into `out`
// (studies_table.h), with a page (studies_html.h).
absl::Status WriteStudiesReport(const std::vector<std::string>& folders,
                                const std::string& out);

// The study folders that `folder` means: itself if it is one, else those in it,
// sorted. NotFound if there are none.
absl::StatusOr<std::vector<std::string>> FindStudies(const std::string& folder);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_WRITE_REPORT_H_
