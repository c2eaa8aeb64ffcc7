// The report of a study as one page, which needs nothing besides itself.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_HTML_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_HTML_H_

#include <string>

#include "absl/status/status.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/figures/figures.h"

namespace bigstep {

// The page: the question and the findings, the axes compared, figures, pictures
// of trials (read from the study's folder), every configuration, every trial,
// failures, provenance and commands. It is well-formed XML, too.
std::string ReportHtml(const std::string& study_folder,
                       const Analysis& analysis, const Records& records,
                       const DrawnFigures& figures);

// Writes it as `<study_folder>/report.html`.
absl::Status WriteReportHtml(const std::string& study_folder,
                             const Analysis& analysis, const Records& records,
                             const DrawnFigures& figures);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_HTML_H_
