// The records of a study, checked against study.json.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_STUDY_RECORDS_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_STUDY_RECORDS_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "experiments/records/record.h"
#include "experiments/records/study.h"

namespace bigstep {

// Whether a result is in the range that its metric declares, but for rounding.
bool IsInRange(double number, const ResultSpec& spec);

// The number that an option has in the settings of a trial; nullopt if there is
// no such option or its value is not a number, which may have one for a label.
std::optional<double> NumberAt(const Json& settings, absl::string_view option);

// DataLoss if the settings in the record of `trial` are not those that the
// study gives it: another seed or, where an axis sets a number, another number;
// or if a result of a column is outside its range, or the steps are more than
// the trial may take. Other settings that the record lacks are not compared.
absl::Status CheckRecordOf(const Study& study, const StudyTrial& trial,
                           const Record& record);

// Drops the results of metrics that the study configures otherwise.
void DropOtherMetrics(const Study& study, Record& record);

// The records of the finished trials of the study, by id, without other
// metrics. The errors of ReadRecord and, with the path and the fix, of
// CheckRecordOf.
absl::StatusOr<std::map<std::string, Record>> ReadStudyRecords(
    const std::string& study_folder, const Study& study);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_STUDY_RECORDS_H_
