// The tables of a report's page.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_TABLES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_TABLES_H_

#include <string>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/html/html_table.h"

namespace bigstep {

// The axes compared: the best value of each, its results, how they differ from
// those of the reference axis, and how results go with the axis_value. HTML.
std::string AxesHtml(const Analysis& analysis);

// How good the best settings are in all compared respects at once, with the
// parts of the score. HTML; empty if there is no score.
std::string TandemHtml(const Analysis& analysis);

// Every setting with the mean and standard deviation of each column.
DataTable SettingsTable(const Analysis& analysis);

// Every trial with its setting, seed, outcome, results and time.
DataTable TrialsTable(const Analysis& analysis, const Records& records);

// The trials that failed, diverged or collapsed, and why. No rows if none did.
DataTable FailuresTable(const Study& study, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_TABLES_H_
