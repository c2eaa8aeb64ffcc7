// The report of a study as one self-contained page.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_HTML_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_HTML_H_

#include <string>

#include "absl/status/status.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/figures/figures.h"

namespace bigstep {

// The page: the question and the findings, figures, the axes compared, pictures
// of trials (read from the study's folder), every configuration, every trial,
// failures, data, provenance, spec and commands. It is well-formed XML, too.
// While trials are missing, it reloads every `refresh_s` seconds; 0: never.
std::string ReportHtml(const std::string& study_folder,
                       const Analysis& analysis, const Records& records,
                       const DrawnFigures& figures, int refresh_s = 0);

// Writes it as `<study_folder>/report.html`.
absl::Status WriteReportHtml(const std::string& study_folder,
                             const Analysis& analysis, const Records& records,
                             const DrawnFigures& figures, int refresh_s = 0);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_HTML_H_
