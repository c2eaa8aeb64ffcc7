// Warnings about trials that saw different data where they should not.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_DATA_WARNINGS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_DATA_WARNINGS_H_

#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// A sentence for each dataset whose trials in `records`, failed ones aside, saw
// different data: data of other checksums though the dataset and, where it
// decides the data, the seed are the same; or data that had changed when
// further trials were trained (run's --other_data=keep). Records without
// checksums are left out.
std::vector<std::string> MixedDataWarnings(const Study& study,
                                           const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_DATA_WARNINGS_H_
