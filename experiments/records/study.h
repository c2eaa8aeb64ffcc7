// The part of a study that reports need besides its records: the question, the
// columns, the configurations and their trials. study.json, beside the records,
// holds it, so that reports need no spec.
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
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "metrics/family.h"

namespace bigstep {

// Bumped when the layout of study.json changes.
inline constexpr int kStudyFormat = 1;

// The largest study.json that is read: a hundred bytes for each of half a
// million trials.
inline constexpr int64_t kMaxStudyBytes = 64 << 20;

// A column of the table: one result of one metric.
struct Column {
  std::string metric;
  ResultSpec result;

  std::string name() const { return absl::StrCat(metric, ".", result.name); }
  // For readers: the metric's title of the result, or else the name in words
  // ("accuracy: unbiased test"), as of studies made before there were titles.
  std::string title() const;
};

// The value of one axis in one configuration.
struct AxisValue {
  std::string axis;
  std::string label;             // As in tables: "0.1".
  std::optional<double> number;  // The value or else the label, if a number.
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
  // Positions in Study::configurations; several if sweeps share one.
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
  // The YAML that the study was run from, and the flags beside --spec and --out
  // that make `run` do the same again ("--set=seeds=5"). Empty if unknown.
  std::string spec = {};
  std::vector<std::string> arguments = {};
};

// Larger specs are not kept with the study.
inline constexpr size_t kMaxSpecBytes = 256 << 10;

// {block, setting, knobs}, as in study.json.
Json ConfigurationToJson(const Configuration& configuration);

// Writes `<study_folder>/study.json`, atomically, and, if it is known, the spec
// as `spec.yaml`.
absl::Status WriteStudy(const std::string& study_folder, const Study& study);

// The study that `text`, of any origin, holds. DataLoss.
absl::StatusOr<Study> ParseStudy(absl::string_view text);

// Unavailable, with what that means, if study.json is gone from the folder of a
// run that has written it: somebody deleted the folder.
absl::Status CheckStudyIsThere(const std::string& study_folder);

// Reads it. NotFound, with the cure, if there is none; DataLoss, with the path,
// if WriteStudy did not write it.
absl::StatusOr<Study> ReadStudy(const std::string& study_folder);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_STUDY_H_
