// All derived files of a study, in one call.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_WRITE_REPORT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_WRITE_REPORT_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/file_lock.h"
#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// Reads study.json and the records of its trials and writes all derived files
// into the study's folder; returns the analysis. A study with missing trials
// has a report too; files that do not belong to its trials are ignored. Notes
// about figures that could not be drawn are added to `notes` unless it is null.
//
// Writers take turns, and each reads the records in its turn: the last one
// leaves the report of all records. Where files cannot be locked, nobody waits.
//
// While trials are missing, report.html reloads itself every `refresh_s`
// seconds; 0: never.
//
// NotFound if there is no study; DataLoss, naming the file and the fix, for
// a damaged one; Cancelled if `interrupted` returns true while it waits.
absl::StatusOr<Analysis> WriteReport(
    const std::string& study_folder, std::vector<std::string>* notes = nullptr,
    const std::function<bool()>& interrupted = [] { return false; },
    int refresh_s = 0);

// Writes the report again whenever trials were finished since, until all are;
// `on_written` is called with each analysis and its notes. In between, the page
// reloads itself. Errors are those of WriteReport; Cancelled once `interrupted`
// returns true.
absl::Status WatchReport(
    const std::string& study_folder,
    const std::function<void(const Analysis&, const std::vector<std::string>&)>&
        on_written,
    const std::function<bool()>& interrupted);

// The lock that whoever writes reports into `folder` holds; nullopt where files
// cannot be locked. Waits for it; Cancelled once `interrupted` returns true.
absl::StatusOr<std::optional<FileLock>> LockReport(
    const std::string& folder, const std::function<bool()>& interrupted);

// Reads the studies in `folders` and writes them side by side into `out`
// (studies_table.h), with a page (studies_html.h). Waits for another writer as
// WriteReport does.
absl::Status WriteStudiesReport(const std::vector<std::string>& folders,
                                const std::string& out);

// The study folders that `folder` means: itself if it is one, else those in it,
// sorted. Links in it are left out; a note about each is added to `notes`
// unless it is null. NotFound if there are none.
absl::StatusOr<std::vector<std::string>> FindStudies(
    const std::string& folder, std::vector<std::string>* notes = nullptr);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_WRITE_REPORT_H_
