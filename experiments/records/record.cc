#include "experiments/records/record.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/folder.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "base/status.h"
#include "experiments/records/trial_result.h"

namespace bigstep {
namespace {

absl::StatusOr<Outcome> OutcomeFromName(const std::string& name) {
  for (const Outcome outcome :
       {Outcome::kCompleted, Outcome::kDiverged, Outcome::kFailed}) {
    if (OutcomeName(outcome) == name) return outcome;
  }
  return absl::DataLossError(absl::StrCat("unknown outcome '", name, "'"));
}

// DataLoss if the outcome contradicts why training ended.
absl::Status CheckOutcome(const Record& record) {
  const std::string outcome = OutcomeName(record.outcome);
  if (record.collapsed && record.outcome != Outcome::kCompleted) {
    return absl::DataLossError(absl::StrCat(
        "collapsed: expected false with outcome '", outcome, "', found true"));
  }
  std::vector<std::string> stops;
  switch (record.outcome) {
    case Outcome::kFailed:
      stops = {""};
      break;
    case Outcome::kDiverged:
      stops = {StopName(Stop::kDiverged)};
      break;
    case Outcome::kCompleted:
      for (const Stop stop : {Stop::kMaxSteps, Stop::kTrainThresholds,
                              Stop::kPlateau, Stop::kCollapsed}) {
        stops.push_back(StopName(stop));
      }
      break;
  }
  if (absl::c_linear_search(stops, record.stop)) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "stop: expected '", absl::StrJoin(stops, "', '"), "' with outcome '",
      outcome, "', found ", Excerpt(Json(record.stop))));
}

// DataLoss if a number of examples is negative or no integer.
absl::Status CheckCounts(const Json& counts) {
  JsonFields fields(counts, "data.counts");
  if (!fields.Has("splits")) return fields.status();
  for (const Json& counted : fields.List("splits")) {
    JsonFields split(counted, "data.counts.splits");
    for (const char* const key : {"examples", "bias_conflicting"}) {
      if (split.Has(key)) split.Integer(key, 0);
    }
    if (split.Has("groups")) {
      for (const Json& row : split.List("groups")) {
        const bool good =
            row.is_array() && absl::c_all_of(row, [](const Json& count) {
              return count.is_number_unsigned();
            });
        if (!good) split.Refuse("groups", "lists of integers from 0");
      }
    }
    RETURN_IF_ERROR(split.status());
  }
  return fields.status();
}

// Checks the parts of a provenance that programs use.
absl::Status CheckProvenance(const Json& provenance) {
  JsonFields fields(provenance, "provenance");
  for (const char* const key : {"commit", "device"}) {
    if (fields.Has(key)) fields.Text(key);
  }
  for (const char* const key : {"libraries", "plugins"}) {
    if (fields.Has(key)) fields.Object(key);
  }
  if (fields.Has("threads")) fields.Integer("threads", 1, kMostThreads);
  if (fields.Has("cuda_graphs")) fields.Bool("cuda_graphs");
  return fields.status();
}

absl::Status CheckTimes(const Json& times) {
  JsonFields fields(times, "times");
  if (fields.Has("started")) fields.Text("started");
  for (const char* const key : {"train_s", "evaluate_s"}) {
    if (!fields.Has(key)) continue;
    const double seconds = fields.Number(key);
    if (!(seconds >= 0 && seconds <= kMostResult)) {
      fields.Refuse(key, "seconds, from 0");
    }
  }
  return fields.status();
}

// Whether doubles hold the number exactly if it is an integer, and what is
// computed from it if it is not.
bool IsExact(const Json& number) {
  constexpr int64_t kMost = int64_t{1} << 53;
  if (number.is_number_unsigned()) return number.get<uint64_t>() <= kMost;
  if (!number.is_number_integer()) {
    return std::abs(number.get<double>()) <= kMostResult;
  }
  return number.get<int64_t>() >= -kMost;  // Positive ones are unsigned.
}

// Whether a result is a number, null (undefined) or a list of results.
// ParseJson gives finite numbers only.
bool IsResult(const Json& value) {
  if (value.is_array()) {
    return std::all_of(value.begin(), value.end(), IsResult);
  }
  return value.is_null() || (value.is_number() && IsExact(value));
}

// DataLoss unless IsResult. Reports read millions of results: nothing is spent
// on good ones.
absl::Status CheckResult(const std::string& where, const Json& value) {
  if (IsResult(value)) return absl::OkStatus();
  if (value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i) {
      RETURN_IF_ERROR(CheckResult(absl::StrCat(where, "[", i, "]"), value[i]));
    }
  }
  return absl::DataLossError(absl::StrCat(
      where,
      ": expected a number (up to 1e150, integers up to 2^53), null or a list, "
      "found ",
      Excerpt(value)));
}

absl::Status CheckMetrics(const Json& metrics) {
  for (const auto& [metric, values] : metrics.items()) {
    if (!values.is_object()) {
      return absl::DataLossError(
          "expected metrics as {metric: {result: value}}");
    }
    for (const auto& [result, value] : values.items()) {
      if (IsResult(value)) continue;
      RETURN_IF_ERROR(
          CheckResult(absl::StrCat("metrics.", metric, ".", result), value));
    }
  }
  return absl::OkStatus();
}

// Checks the metrics in the settings: new ones are added to them.
absl::Status CheckMetricChoices(const Json& trial) {
  JsonFields fields(trial, "trial");
  if (!fields.Has("metrics")) return fields.status();
  for (const Json& choice : fields.List("metrics")) {
    JsonFields metric(choice, "trial.metrics");
    metric.Text("name");
    if (metric.Has("label")) metric.Text("label");
    RETURN_IF_ERROR(metric.status());
  }
  return fields.status();
}

absl::Status CheckParts(const Record& record) {
  RETURN_IF_ERROR(CheckOutcome(record));
  RETURN_IF_ERROR(CheckMetricChoices(record.trial));
  RETURN_IF_ERROR(CheckMetrics(record.metrics));
  RETURN_IF_ERROR(CheckMetrics(record.course));
  RETURN_IF_ERROR(CheckProvenance(record.provenance));
  RETURN_IF_ERROR(CheckTimes(record.times));
  if (!record.weights.empty()) {
    JsonFields weights(record.weights, "weights");
    weights.Text("sha256");
    weights.Integer("bytes", 0);
    RETURN_IF_ERROR(weights.status());
  }
  for (const Json& entry : record.measured) {
    JsonFields measured(entry, "measured");
    measured.List("metrics");
    measured.Number("seconds");
    RETURN_IF_ERROR(measured.status());
  }
  if (!record.fit.empty()) {
    JsonFields fit(record.fit, "fit");
    const auto refuse_negative = [&fit](const char* key) {
      const double value = fit.Number(key);
      if (!(value >= 0 && value <= kMostResult)) {
        fit.Refuse(key, "a number from 0 to 1e150");
      }
    };
    if (fit.Has("squared_error")) {
      refuse_negative("squared_error");
    } else {
      const double accuracy = fit.Number("accuracy");
      if (!(accuracy >= 0 && accuracy <= 1)) {
        fit.Refuse("accuracy", "a share between 0 and 1");
      }
      refuse_negative("cross_entropy");
    }
    RETURN_IF_ERROR(fit.status());
  }
  JsonFields data(record.data, "data");
  if (data.Has("counts")) {
    RETURN_IF_ERROR(CheckCounts(data.Object("counts")));
  }
  for (const char* const key : {"sha256", "content"}) {
    if (data.Has(key)) data.Text(key);
  }
  return data.status();
}

// The record in the trial's folder `name`, of the trial `id`; of any if that is
// empty.
absl::StatusOr<std::optional<Record>> ReadRecordFrom(
    const std::string& study_folder, const std::string& name,
    const std::string& id) {
  const Folder folder(study_folder);
  const std::string file = TrialFile(name, "record.json");
  const absl::StatusOr<std::string> text = folder.Read(file, kMaxRecordBytes);
  if (absl::IsNotFound(text.status())) return std::optional<Record>();
  RETURN_IF_ERROR(text.status());
  absl::StatusOr<Record> record = ParseRecord(*text, id);
  RETURN_IF_ERROR(record.status())
      << "in " << folder.PathTo(file)
      << "; delete the file to run the trial again";
  return std::optional<Record>(*std::move(record));
}

}  // namespace

absl::StatusOr<Record> ParseRecord(absl::string_view text,
                                   const std::string& id) {
  ASSIGN_OR_RETURN(Json json, ParseJson(text));
  JsonFields fields(json);
  // Parts of an object that was checked, without a copy.
  const auto take = [&json, &fields](const char* key, Json& part) {
    fields.Object(key);
    if (fields.status().ok()) part = std::move(json[key]);
  };
  const Json& format = fields.Any("format");
  RETURN_IF_ERROR(fields.status());
  if (format != 1 && format != kRecordFormat) {
    return absl::DataLossError(absl::StrCat("expected format ", kRecordFormat,
                                            ", found ", Excerpt(format)));
  }
  Record record;
  record.format = format.get<int>();
  record.id = fields.Text("id");
  RETURN_IF_ERROR(fields.status());
  if (!id.empty() && record.id != id) {
    return absl::DataLossError(absl::StrCat("expected the record of ", id,
                                            ", found that of ", record.id));
  }
  if (fields.Has("study")) record.study = fields.Text("study");
  const std::string outcome = fields.Text("outcome");
  record.collapsed = fields.Bool("collapsed");
  if (fields.Has("reason")) record.reason = fields.Text("reason");
  record.steps = fields.Integer("steps", 0);
  if (!fields.Any("stop").is_null()) record.stop = fields.Text("stop");
  take("metrics", record.metrics);
  if (fields.Has("course")) take("course", record.course);
  take("trial", record.trial);
  take("provenance", record.provenance);
  take("times", record.times);
  if (fields.Has("fit")) take("fit", record.fit);
  if (fields.Has("data")) take("data", record.data);
  if (fields.Has("weights")) take("weights", record.weights);
  if (fields.Has("measured")) record.measured = fields.List("measured");
  if (record.format > 1) {
    RETURN_IF_ERROR(ReadTexts(fields.Object("metric_ids"), "metric_ids",
                              record.metric_ids));
  }
  RETURN_IF_ERROR(fields.status());
  ASSIGN_OR_RETURN(record.outcome, OutcomeFromName(outcome));
  RETURN_IF_ERROR(CheckParts(record));
  return record;
}

bool IsUnconverged(const Record& record) {
  if (record.outcome != Outcome::kCompleted || record.collapsed ||
      record.stop == "train_thresholds") {
    return false;
  }
  const Json* options = &record.trial;
  for (const char* const key : {"training", "stop"}) {
    if (!options->is_object()) return false;
    const auto found = options->find(key);
    if (found == options->end()) return false;
    options = &*found;
  }
  if (!options->is_object()) return false;
  for (const char* const bound : {"train_accuracy", "cross_entropy"}) {
    const auto found = options->find(bound);
    if (found != options->end() && found->is_number() && *found != 0) {
      return true;
    }
  }
  return false;
}

std::string TrialFolder(const std::string& study_folder,
                        const std::string& id) {
  return absl::StrCat(study_folder, "/trials/", id);
}

double SecondsOf(const Record& record) {
  double seconds = 0;
  for (const char* part : {"train_s", "evaluate_s"}) {
    const auto time = record.times.find(part);
    if (time != record.times.end() && time->is_number()) {
      seconds += time->get<double>();
    }
  }
  return seconds;
}

std::string TrialFile(const std::string& id, absl::string_view name) {
  return absl::StrCat("trials/", id, name.empty() ? "" : "/", name);
}

absl::StatusOr<std::set<std::string>> ListTrials(
    const std::string& study_folder) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   Folder(study_folder).List("trials"));
  return std::set<std::string>(names.begin(), names.end());
}

absl::StatusOr<std::optional<Record>> ReadRecord(
    const std::string& study_folder, const std::string& id) {
  return ReadRecordFrom(study_folder, id, id);
}

absl::StatusOr<std::optional<Record>> ReadRecordIn(
    const std::string& study_folder, const std::string& name) {
  return ReadRecordFrom(study_folder, name, /*id=*/"");
}

absl::StatusOr<Record> ReadRecordFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text,
                   ReadUnlinkedFile(path, kMaxRecordBytes));
  absl::StatusOr<Record> record = ParseRecord(text);
  RETURN_IF_ERROR(record.status()) << "in " << path;
  return record;
}

}  // namespace bigstep
