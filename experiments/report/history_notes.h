// What is missing in the histories of a study's trials.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HISTORY_NOTES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HISTORY_NOTES_H_

#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// A sentence for each kind of damage to the history.csv of completed trials,
// with the number of trials and the first file: there is none, it does not end
// at the last step, it has a column that is not a result of the record, or
// cannot be read. Figures and TensorBoard draw what is left.
std::vector<std::string> HistoryNotes(const std::string& study_folder,
                                      const Study& study,
                                      const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HISTORY_NOTES_H_
