#include "experiments/report/write_report.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/folder.h"
#include "base/status.h"
#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/records/study_records.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/history_notes.h"
#include "experiments/report/html/report_html.h"
#include "experiments/report/html/studies_html.h"
#include "experiments/report/tables/studies_table.h"
#include "experiments/report/tables/tables.h"

namespace bigstep {
namespace {

struct StudyData {
  Study study;
  Records records;
};

absl::StatusOr<StudyData> ReadStudyData(const std::string& study_folder) {
  StudyData data;
  ASSIGN_OR_RETURN(data.study, ReadStudy(study_folder));
  ASSIGN_OR_RETURN(data.records, ReadStudyRecords(study_folder, data.study));
  return data;
}

// Whether there is a study.json, be it a link, which ReadStudy refuses.
bool IsStudy(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::exists(
      std::filesystem::symlink_status(folder / "study.json", ignored));
}

}  // namespace

absl::StatusOr<std::optional<FileLock>> LockReport(
    const std::string& folder, const std::function<bool()>& interrupted) {
  auto lock =
      FileLock::Wait(absl::StrCat(folder, "/report.lock"),
                     "the report that another program writes", interrupted);
  if (absl::IsUnimplemented(lock.status())) return std::optional<FileLock>();
  return lock;
}

namespace {

// Changes when a trial is finished or planned, without reading records.
std::string FinishedTrials(const std::string& study_folder,
                           const Study& study) {
  std::string states;
  for (const StudyTrial& trial : study.trials) {
    std::error_code ignored;
    const auto written = std::filesystem::last_write_time(
        absl::StrCat(TrialFolder(study_folder, trial.id), "/record.json"),
        ignored);
    absl::StrAppend(&states, ignored ? 0 : written.time_since_epoch().count(),
                    " ");
  }
  return states;
}

}  // namespace

absl::StatusOr<Analysis> WriteReport(const std::string& study_folder,
                                     std::vector<std::string>* notes,
                                     const std::function<bool()>& interrupted,
                                     int refresh_s) {
  const auto lock = LockReport(study_folder, interrupted);
  if (absl::IsNotFound(lock.status())) {
    RETURN_IF_ERROR(ReadStudyData(study_folder).status());  // Names the fix.
  }
  RETURN_IF_ERROR(lock.status());
  ASSIGN_OR_RETURN(const StudyData data, ReadStudyData(study_folder));
  Analysis analysis = Analyze(data.study, data.records);
  RETURN_IF_ERROR(WriteTables(study_folder, analysis, data.records));
  ASSIGN_OR_RETURN(DrawnFigures drawn,
                   WriteFigures(study_folder, analysis, data.records));
  for (std::string& note :
       HistoryNotes(study_folder, data.study, data.records)) {
    drawn.notes.push_back(std::move(note));
  }
  RETURN_IF_ERROR(
      WriteReportHtml(study_folder, analysis, data.records, drawn, refresh_s));
  if (notes != nullptr) {
    notes->insert(notes->end(), analysis.warnings.begin(),
                  analysis.warnings.end());
    notes->insert(notes->end(), drawn.notes.begin(), drawn.notes.end());
  }
  return analysis;
}

absl::Status WatchReport(
    const std::string& study_folder,
    const std::function<void(const Analysis&, const std::vector<std::string>&)>&
        on_written,
    const std::function<bool()>& interrupted) {
  constexpr int kRefresh = 5;  // Seconds.
  std::string known;
  for (;;) {
    ASSIGN_OR_RETURN(const Study study, ReadStudy(study_folder));
    const std::string now = FinishedTrials(study_folder, study);
    if (now != known) {
      std::vector<std::string> notes;
      ASSIGN_OR_RETURN(
          const Analysis analysis,
          WriteReport(study_folder, &notes, interrupted, kRefresh));
      on_written(analysis, notes);
      if (analysis.total.missing == 0) return absl::OkStatus();
      known = now;
    }
    for (int tenths = 0; tenths < 10 * kRefresh; ++tenths) {
      if (interrupted()) return absl::CancelledError("interrupted");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
}

absl::Status WriteStudiesReport(const std::vector<std::string>& folders,
                                const std::string& out) {
  std::vector<Analysis> studies;
  for (const std::string& folder : folders) {
    ASSIGN_OR_RETURN(const StudyData data, ReadStudyData(folder));
    studies.push_back(Analyze(data.study, data.records));
  }
  ASSIGN_OR_RETURN(const StudySet set, MakeStudySet(std::move(studies)));
  RETURN_IF_ERROR(MakeFolder(out));
  ASSIGN_OR_RETURN(const std::optional<FileLock> lock,
                   LockReport(out, [] { return false; }));
  RETURN_IF_ERROR(WriteStudies(out, set));
  return Folder(out).Write("studies.html", StudiesHtml(set));
}

absl::StatusOr<std::vector<std::string>> FindStudies(
    const std::string& folder, std::vector<std::string>* notes) {
  if (IsStudy(folder)) return std::vector<std::string>{folder};
  std::vector<std::string> studies;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end;
       !error && it != end; it.increment(error)) {
    if (!IsStudy(it->path())) continue;
    std::error_code ignored;
    if (!it->is_symlink(ignored)) {
      studies.push_back(it->path().string());
    } else if (notes != nullptr) {
      notes->push_back(absl::StrCat(
          it->path().string(),
          " is a link and was left out; to report it, name it with --out"));
    }
  }
  if (error) {
    return absl::NotFoundError(
        absl::StrCat("cannot read the folder ", folder, ": ", error.message()));
  }
  if (studies.empty()) {
    return absl::NotFoundError(
        absl::StrCat(folder,
                     " holds no study (no study.json in it or in a folder in "
                     "it); name a folder that a study was run into"));
  }
  std::sort(studies.begin(), studies.end());
  return studies;
}

}  // namespace bigstep
