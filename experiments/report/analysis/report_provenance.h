// How results came about, for a report's page: options, provenance, and the
// commands that reproduce them.
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

// For each recorded configuration, the options that differ between
// configurations:
// "optimizer.lr = 0.1".
Facts DifferingOptions(const Study& study, const Records& records);

// The binary, libraries, device and data that the records name, but for counts
// of examples and warnings. Where trials differ, each value with its number of
// trials.
Facts ProvenanceFacts(const Records& records);

// Trials with the same dataset, counts and warnings.
struct RecordedData {
  std::string dataset;   // Its name.
  const Record* record;  // The record of the first of the trials.
  int trials = 0;        // Their number.
};

// One item for each distinct data of the records, in the order of trial ids.
std::vector<RecordedData> DataOfRecords(const Records& records);

// Shell commands that reproduce the results in the folder `study_folder`, as
// one may paste them where that is its path.
std::string ReproductionCommands(const Study& study, const Records& records,
                                 const std::string& study_folder);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_REPORT_PROVENANCE_H_
