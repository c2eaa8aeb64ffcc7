// The part of a study that reports need besides its records: the question, the
// columns, the configurations and their trials. study.json, beside the records,
// holds it, so that reports need no spec.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_STUDY_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_STUDY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "experiments/records/seed_history.h"
#include "experiments/records/study_claims.h"
#include "metrics/family.h"

namespace bigstep {

// Bumped when the layout of study.json changes. Format 1, which has no
// metric_ids, is read as well.
inline constexpr int kStudyFormat = 2;

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
  std::string label;  // As in tables: "0.1".
  // The value or else the label, if a number.
  std::optional<double> number = std::nullopt;
  // Compact YAML of the value, "{name: focal, gamma: 2}"; empty in older
  // studies, and where the axis does not apply.
  std::string value = {};
  // What else is set: "optimizer.lr: 0.3"; may be empty.
  std::string with = {};
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

// A result by which an axis's best value is chosen.
struct Selection {
  std::string result;  // "accuracy.unbiased_validation"; empty: none.
  bool lower = false;  // Whether the lowest mean is best.
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
  // Further ones, by which the report checks whether its conclusions survive.
  std::vector<Selection> other_selections;
  std::vector<StudyAxis> axes;
  std::vector<Column> columns;
  // MetricChoice::Id of each metric, by its label. Empty in format 1.
  std::map<std::string, std::string> metric_ids = {};
  std::vector<Configuration> configurations;  // All, in order.
  std::vector<StudyTrial> trials;
  std::vector<StudyClaim> claims;
  // Claims that the spec had while trials were done.
  std::vector<WithdrawnClaim> withdrawn = {};
  std::vector<SeedChange> seed_changes = {};  // While trials were done.
  // Of results that selections and claims name and no column has, for readers.
  std::map<std::string, std::string> titles = {};
  // The YAML that the study was run from, and the flags beside --spec and --out
  // that make `run` do the same again ("--set=seeds=5"). Empty if unknown.
  std::string spec = {};
  std::vector<std::string> arguments = {};

  Selection best_by() const { return {selection, selection_lower}; }
  // Of the result `name`, for readers: Column::title, or one of `titles`.
  std::string TitleOf(const std::string& name) const;
};

// Larger specs are not kept with the study.
inline constexpr size_t kMaxSpecBytes = 256 << 10;

// Whether `configuration` varies exactly the axes of `at`, and has their
// labels.
bool IsAt(const Configuration& configuration,
          const std::map<std::string, std::string>& at);

// Equal for configurations of two studies only if their axes set the same
// options to the same values, whatever axes and labels are called. Older
// studies do not know the values: there, axis and label count.
std::string SettingsKey(const Study& study, const Configuration& configuration);

// {block, setting, knobs}, as in study.json.
Json ConfigurationToJson(const Configuration& configuration);

// Writes `<study_folder>/study.json`, atomically, and, if it is known, the spec
// as `spec.yaml`, below a comment with its flags. Claims that the file held
// before keep their time, see ContinueHistory; seeds that differ from those
// that it held are noted, see AddSeedChange.
absl::Status WriteStudy(const std::string& study_folder, const Study& study);

// The study that `text`, of any origin, holds. DataLoss.
absl::StatusOr<Study> ParseStudy(absl::string_view text);

// Unavailable, with what that means, if study.json is gone from the folder of a
// run that has written it: somebody deleted the folder.
absl::Status CheckStudyIsThere(const std::string& study_folder);

// Reads it. NotFound, with the fix, if there is none; DataLoss, with the path,
// if WriteStudy did not write it.
absl::StatusOr<Study> ReadStudy(const std::string& study_folder);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_STUDY_H_
