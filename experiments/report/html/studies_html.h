// Several studies side by side as one page.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HTML_STUDIES_HTML_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HTML_STUDIES_HTML_H_

#include <string>

#include "experiments/report/tables/studies_table.h"

namespace bigstep {

// The question and the findings of each study, and their tables side by side.
std::string StudiesHtml(const StudySet& set);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HTML_STUDIES_HTML_H_
