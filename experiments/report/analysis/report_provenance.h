// What a report's page says of how results came about: settings, provenance,
// and the commands that make them again.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_REPORT_PROVENANCE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_REPORT_PROVENANCE_H_

#include <string>
#include <utility>
#include <vector>

#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"

namespace bigstep {

using Facts = std::vector<std::pair<std::string, std::string>>;

// The options that all recorded trials share, by dotted path ("optimizer.lr"),
// without seed and metrics.
Facts SharedOptions(const Records& records);

// For each recorded setting, the options that differ between settings:
// "optimizer.lr = 0.1".
Facts DifferingOptions(const Study& study, const Records& records);

// What records say of binary, libraries, device and data; several values of one
// are all named, with the number of trials of each.
Facts ProvenanceFacts(const Records& records);

// Shell commands that make the results again.
std::string ReproductionCommands(const Study& study, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_REPORT_PROVENANCE_H_
