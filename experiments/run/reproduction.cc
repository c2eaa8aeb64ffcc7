#include "experiments/run/reproduction.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/folder.h"
#include "base/json.h"
#include "base/status.h"
#include "experiments/records/provenance.h"
#include "experiments/records/record_writer.h"
#include "experiments/spec/read_map.h"
#include "experiments/spec/trial_reader.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

// --- Reading. ----------------------------------------------------------------

// The folder of the trial that a user means by `path`.
absl::StatusOr<std::string> FindFolder(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return path;
  const std::string name = fs::path(path).filename().string();
  if (name == "record.json" || name == "trial.yaml") {
    const std::string folder = fs::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      path,
      ": expected the folder of a trial, or record.json or trial.yaml in "
      "it"));
}

// The plugins whose version differs from that in the record.
std::vector<std::string> VersionDifferences(const Record& record,
                                            const TrialSettings& settings) {
  const Json recorded = record.provenance.value("plugins", Json::object());
  const Json here = PluginVersions(settings);
  std::vector<std::string> lines;
  for (const auto& [what, version] : here.items()) {
    if (!recorded.contains(what) || recorded[what] == version) continue;
    lines.push_back(absl::StrCat(what, " is version ", CanonicalJson(version),
                                 " here and was ", Excerpt(recorded[what])));
  }
  return lines;
}

// Whether the metric gives what it gave.
bool IsSame(const Record& record, const MetricChoice& metric) {
  const auto found = record.metric_ids.find(metric.label);
  return found == record.metric_ids.end() || found->second == metric.Id();
}

// Whether it does not because its plugin had another version.
bool IsFormer(const Record& record, const MetricChoice& metric) {
  const Json plugins = record.provenance.value("plugins", Json::object());
  const auto version =
      plugins.find(absl::StrCat("metric ", metric.config.name()));
  return !IsSame(record, metric) && version != plugins.end() &&
         *version != metric.config.Identity().at("version");
}

// Takes results of former versions of metrics, which stay in a record that was
// measured again, out of what is reproduced.
// If nothing else was measured, they stay, and CheckId refuses the record.
void DropFormerMetrics(TrialToReproduce& trial) {
  if (std::all_of(trial.settings.metrics.begin(), trial.settings.metrics.end(),
                  [&trial](const MetricChoice& metric) {
                    return IsFormer(trial.record, metric);
                  })) {
    return;
  }
  std::vector<MetricChoice> kept;
  for (const MetricChoice& metric : trial.settings.metrics) {
    if (IsFormer(trial.record, metric)) {
      trial.former_metrics.push_back(metric.label);
      trial.record.metrics.erase(metric.label);
    } else {
      kept.push_back(metric);
    }
  }
  trial.settings.metrics = std::move(kept);
}

// The metrics whose results by step history.csv has: those that were measured
// in training, under the labels they had then.
std::set<std::string> LabelsInHistory(const TrialToReproduce& trial) {
  const std::set<std::string> measured = LabelsMeasuredLater(trial.record);
  std::set<std::string> labels;
  for (const MetricChoice& metric : trial.settings.metrics) {
    const bool renamed = std::any_of(
        measured.begin(), measured.end(), [&metric](const std::string& label) {
          return metric.label == FormerLabel(label, metric.Id());
        });
    if (!renamed && measured.count(metric.label) == 0) {
      labels.insert(metric.label);
    }
  }
  return labels;
}

absl::Status CheckId(const Record& record, const TrialSettings& settings) {
  const std::string id =
      record.format == 1 ? settings.IdWithMetrics() : settings.Id();
  const bool same = std::all_of(
      settings.metrics.begin(), settings.metrics.end(),
      [&record](const MetricChoice& metric) { return IsSame(record, metric); });
  if (id == record.id && same) return absl::OkStatus();
  const std::vector<std::string> versions =
      VersionDifferences(record, settings);
  const std::string commit =
      record.provenance.value("commit", std::string("unknown"));
  return absl::InvalidArgumentError(absl::StrCat(
      "the settings in the record have the id ", id,
      " in this program, but the record is that of ", record.id, ": ",
      versions.empty()
          ? "they were changed after the trial, or the meaning of an option was"
          : absl::StrJoin(versions, ", "),
      "; a program built from commit ", commit, " can run the trial"));
}

// --- Files that a trial starts from. -----------------------------------------

// The path of a file with the SHA-256 `sha256` (empty: any): `path`, as users
// type it, or that file name in `folder`, the record's. `option` names the file
// in messages.
absl::StatusOr<std::string> FindFile(const std::string& option,
                                     const std::string& path,
                                     const std::string& sha256,
                                     const std::string& folder) {
  ASSIGN_OR_RETURN(const std::string recorded, UserPath(path));
  std::vector<std::string> candidates = {recorded};
  const fs::path name = fs::path(path).filename();
  // In that folder the weights that the trial left have this name.
  if (!sha256.empty() && name != kWeightsFile) {
    candidates.push_back(fs::path(folder) / name);
  }
  std::vector<std::string> others;
  for (const std::string& candidate : candidates) {
    const absl::StatusOr<std::string> found = Sha256OfFile(candidate);
    if (absl::IsNotFound(found.status())) continue;
    RETURN_IF_ERROR(found.status());
    if (sha256.empty() || *found == sha256) return candidate;
    others.push_back(absl::StrCat(candidate, " has ", *found));
  }
  const std::string wanted =
      absl::StrCat("the trial started from ", path, " (", option, "), ",
                   sha256.empty() ? "whose checksum is not recorded"
                                  : absl::StrCat("SHA-256 ", sha256));
  if (!others.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(wanted, "; ", absl::StrJoin(others, ", "),
                     ": a file with another content"));
  }
  return absl::NotFoundError(
      absl::StrCat(wanted, "; no such file: ", absl::StrJoin(candidates, ", "),
                   ": put it there"));
}

// --- Comparing. --------------------------------------------------------------

// Every value below `json` by its path: "accuracy.group_test[3]".
void Flatten(const std::string& path, const Json& json,
             std::map<std::string, Json>& values) {
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      Flatten(path.empty() ? key : absl::StrCat(path, ".", key), value, values);
    }
  } else if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) {
      Flatten(absl::StrCat(path, "[", i, "]"), json[i], values);
    }
  } else {
    values[path] = json;
  }
}

// The values of history.csv: "history.csv step 20, train_loss"; those of
// metrics only if their label is in `labels`.
std::map<std::string, Json> FlattenHistory(const std::string& csv,
                                           const std::set<std::string>& labels,
                                           int64_t* rows) {
  const std::vector<std::string> lines =
      absl::StrSplit(csv, '\n', absl::SkipEmpty());
  std::map<std::string, Json> values;
  if (lines.empty()) return values;
  const std::vector<std::string> names = absl::StrSplit(lines[0], ',');
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> cells = absl::StrSplit(lines[i], ',');
    for (size_t j = 0; j < cells.size(); ++j) {
      const size_t dot = j < names.size() ? names[j].find('.') : 0;
      if (j < names.size() && dot != std::string::npos &&
          labels.count(names[j].substr(0, dot)) == 0) {
        continue;
      }
      double number = 0;
      values[absl::StrCat("history.csv step ", cells[0], ", ",
                          j < names.size() ? names[j] : "further column")] =
          absl::SimpleAtod(cells[j], &number) ? Json(number) : Json(cells[j]);
    }
  }
  *rows = static_cast<int64_t>(lines.size()) - 1;
  return values;
}

class Comparer {
 public:
  explicit Comparer(double tolerance) : tolerance_(tolerance) {}

  void Compare(const std::string& name, const Json& recorded,
               const Json& found) {
    if (recorded == found) return;
    if (!recorded.is_number() || !found.is_number()) {
      Differ(name, CanonicalJson(recorded), CanonicalJson(found));
      return;
    }
    const double a = recorded.get<double>(), b = found.get<double>();
    const double relative =
        std::abs(b - a) / std::max(std::abs(a), std::abs(b));
    if (relative <= tolerance_) {
      ++result_.tolerated;
      if (relative > result_.largest) {
        result_.largest = relative;
        result_.largest_name = name;
      }
      return;
    }
    Differ(name, CanonicalJson(recorded),
           absl::StrCat(CanonicalJson(found), ", difference ", b - a,
                        " (relative ", relative, ")"));
  }

  void CompareAll(const std::map<std::string, Json>& recorded,
                  const std::map<std::string, Json>& found) {
    for (const auto& [name, value] : recorded) {
      const auto other = found.find(name);
      if (other == found.end()) {
        Differ(name, CanonicalJson(value), "nothing");
      } else {
        if (value.is_number()) ++result_.numbers;
        Compare(name, value, other->second);
      }
    }
    for (const auto& [name, value] : found) {
      if (recorded.count(name) == 0)
        Differ(name, "nothing", CanonicalJson(value));
    }
  }

  Comparison& result() { return result_; }

 private:
  void Differ(const std::string& name, const std::string& recorded,
              const std::string& found) {
    result_.differences.push_back(
        absl::StrCat(name, ": recorded ", recorded, ", found ", found));
  }

  const double tolerance_;
  Comparison result_;
};

}  // namespace

absl::StatusOr<TrialToReproduce> ReadTrialToReproduce(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string folder, FindFolder(path));
  const std::string file = absl::StrCat(folder, "/record.json");
  TrialToReproduce trial;
  trial.folder = folder;
  ASSIGN_OR_RETURN(trial.record, ReadRecordFile(file));
  absl::StatusOr<TrialSettings> settings =
      TrialSettingsFromJson(trial.record.trial, file);
  RETURN_IF_ERROR(settings.status())
      << "the record's settings do not fit this program; an older or newer one "
         "may have written it";
  trial.settings = *std::move(settings);
  if (trial.record.format > 1) DropFormerMetrics(trial);
  RETURN_IF_ERROR(CheckId(trial.record, trial.settings)) << "in " << file;
  absl::StatusOr<std::string> history =
      Folder(folder).Read("history.csv", kMaxHistoryBytes);
  if (history.ok()) {
    trial.history = *std::move(history);
  } else if (!absl::IsNotFound(history.status())) {
    return history.status();
  }
  return trial;
}

absl::Status FindStartFiles(TrialToReproduce* trial) {
  Json json = trial->settings.ToJson();
  for (const std::string& section : TrialSections()) {
    const PluginSection* choice = FindPluginSection(section);
    if (choice == nullptr) continue;
    Json& options = json.at(section);
    const PluginConfig& config = trial->settings.*choice->member;
    for (const Field& field : config.plugin->table->fields()) {
      if (field.checksum_of.empty()) continue;
      Json& path = options.at(field.checksum_of);
      if (path == "") continue;
      ASSIGN_OR_RETURN(path, FindFile(PathBelow(section, field.checksum_of),
                                      path.get<std::string>(),
                                      options.at(field.name), trial->folder));
    }
  }
  ASSIGN_OR_RETURN(trial->settings, TrialSettingsFromJson(json, trial->folder));
  return absl::OkStatus();
}

Comparison Compare(const TrialToReproduce& recorded, const TrialResult& found,
                   double tolerance) {
  const Record& record = recorded.record;
  Comparer comparer(tolerance);
  comparer.Compare("outcome", OutcomeName(record.outcome),
                   OutcomeName(found.outcome));
  if (record.outcome == Outcome::kFailed || found.outcome == Outcome::kFailed) {
    comparer.Compare("reason", record.reason, found.reason);
  } else {
    comparer.Compare("stop", record.stop, StopName(found.stop));
  }
  // Steps are not measurements: no tolerance.
  Comparer exactly(0);
  exactly.Compare("steps", record.steps, found.steps);
  exactly.Compare("collapsed", record.collapsed, found.collapsed);
  std::map<std::string, Json> before, now;
  Flatten("", record.metrics, before);
  Flatten("", found.metrics, now);
  // Older records have neither fit nor course.
  if (!record.fit.empty()) {
    Flatten("fit", record.fit, before);
    if (found.fit && found.fit->of_regression()) {
      now["fit.squared_error"] = found.fit->squared_error;
    } else if (found.fit) {
      now["fit.accuracy"] = found.fit->accuracy;
      now["fit.cross_entropy"] = found.fit->cross_entropy;
    }
  }
  for (const std::string& label : LabelsInHistory(recorded)) {
    const auto course = record.course.find(label);
    if (course == record.course.end()) continue;
    Flatten(absl::StrCat("course.", label), *course, before);
    Flatten(absl::StrCat("course.", label),
            found.course.value(label, Json::object()), now);
  }
  comparer.CompareAll(before, now);
  Comparison& result = comparer.result();
  result.differences.insert(result.differences.begin(),
                            exactly.result().differences.begin(),
                            exactly.result().differences.end());
  if (recorded.history.has_value()) {
    int64_t found_rows = 0;
    const std::set<std::string> labels = LabelsInHistory(recorded);
    const auto rows = FlattenHistory(*recorded.history, labels, &result.rows);
    comparer.CompareAll(
        rows, FlattenHistory(HistoryCsv(found.history), labels, &found_rows));
  }
  return result;
}

}  // namespace bigstep
