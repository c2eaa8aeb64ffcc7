// What a report must know of a study besides its records: the question, the
// columns, the settings and which trials belong to them. The runner keeps it
// beside the records, as study.json, so that reports need no spec.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_STUDY_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_STUDY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "metrics/family.h"

namespace bigstep {

// Bumped when the layout of study.json changes.
inline constexpr int kStudyFormat = 1;

// A column of the table: one result of one metric.
struct Column {
  std::string metric;
  ResultSpec result;

  std::string name() const { return absl::StrCat(metric, ".", result.name); }
};

// The value of one axis in one setting.
struct AxisValue {
  std::string axis;
  std::string label;             // As tables show it: "0.1".
  std::optional<double> number;  // If the value or else the label is one.
};

// One combination of values of the axes, trained with several seeds: a row of
// the table.
struct Configuration {
  std::string sweep;  // What varies: "lr", or "lr x l2" in a grid.
  std::string name;   // "lr=0.1", or "lr=0.1, l2=0.001".
  // One for each axis of the sweep, in its order; empty if nothing varies. The
  // label is "-" where the axis does not apply.
  std::vector<AxisValue> axis_values = {};
};

struct StudyAxis {
  std::string name;
  std::string set;  // Dotted path below `base`: "optimizer.lr".
};

struct StudyTrial {
  std::string id;
  int64_t seed = 0;
  // Positions in Study::configurations; several if sweeps share a setting.
  std::vector<size_t> configurations;
};

struct Study {
  std::string name;
  std::string question;
  // The axis that the others are compared with; empty: none.
  std::string reference;
  // The result, on validation data, by which an axis's best value is chosen;
  // the larger the better unless `selection_lower`. Empty: nothing is chosen.
  std::string selection;
  bool selection_lower = false;
  std::vector<StudyAxis> axes;
  std::vector<Column> columns;
  std::vector<Configuration> configurations;  // Every row, in order.
  std::vector<StudyTrial> trials;
};

// The axis_values of a configuration as JSON, and back; DataLoss if `json` is
// something else.
Json AxisValuesToJson(const std::vector<AxisValue>& axis_values);
absl::StatusOr<std::vector<AxisValue>> AxisValuesFromJson(const Json& json);

// Writes `<study_folder>/study.json`, atomically.
absl::Status WriteStudy(const std::string& study_folder, const Study& study);

// Reads it. NotFound, saying how to make one, if there is none; DataLoss,
// naming the file, if it is not what WriteStudy wrote.
absl::StatusOr<Study> ReadStudy(const std::string& study_folder);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_STUDY_H_
