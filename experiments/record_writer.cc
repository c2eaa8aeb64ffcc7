#include "experiments/record_writer.h"

#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/files.h"
#include "base/status.h"
#include "experiments/png.h"
#include "experiments/record.h"

namespace bigstep {
namespace {

// What passed between `started` and now, or null if that is no time.
Json SecondsSince(const std::string& started) {
  absl::Time start;
  if (!absl::ParseTime(absl::RFC3339_full, started, &start, nullptr)) {
    return nullptr;
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  return std::round(seconds * 1000) / 1000;
}

Json RecordJson(const Plan& plan, const Trial& trial, const TrialResult& result,
                const Provenance& provenance, const std::string& started) {
  Json json = {{"format", kRecordFormat},
               {"id", trial.id},
               {"study", plan.study},
               {"outcome", OutcomeName(result.outcome)},
               {"steps", result.steps},
               {"stop", result.outcome == Outcome::kFailed
                            ? Json()  // It broke off, for the reason below.
                            : Json(StopName(result.stop))},
               {"collapsed", result.collapsed},
               {"metrics", result.metrics},
               {"trial", trial.settings.ToJson()},
               {"provenance", ProvenanceJson(provenance, trial.settings)},
               {"times",
                {{"started", started},
                 {"train_s", result.train_seconds},
                 {"evaluate_s", result.evaluate_seconds}}}};
  const Json wall = SecondsSince(started);
  if (!wall.is_null()) json["times"]["wall_s"] = wall;
  if (!result.data_notes.empty()) json["data"] = result.data_notes;
  if (!result.reason.empty()) json["reason"] = result.reason;
  return json;
}

}  // namespace

std::string StopName(Stop stop) {
  switch (stop) {
    case Stop::kMaxSteps:
      return "max_steps";
    case Stop::kTrainThresholds:
      return "train_thresholds";
    case Stop::kCollapsed:
      return "collapsed";
    case Stop::kDiverged:
      return "diverged";
  }
  return "";
}

std::string HistoryCsv(const std::vector<HistoryRow>& history) {
  std::set<std::string> names;
  for (const HistoryRow& row : history) {
    for (const auto& [metric, values] : row.metrics.items()) {
      for (const auto& [result, value] : values.items()) {
        if (!value.is_array()) names.insert(absl::StrCat(metric, ".", result));
      }
    }
  }
  std::string csv = "step,train_loss";
  for (const std::string& name : names) absl::StrAppend(&csv, ",", name);
  absl::StrAppend(&csv, "\n");
  for (const HistoryRow& row : history) {
    absl::StrAppend(&csv, row.step, ",", Json(row.train_loss).dump());
    for (const std::string& name : names) {
      const size_t dot = name.find('.');
      const Json value = row.metrics.value(name.substr(0, dot), Json::object())
                             .value(name.substr(dot + 1), Json());
      absl::StrAppend(&csv, ",", value.is_null() ? "" : value.dump());
    }
    absl::StrAppend(&csv, "\n");
  }
  return csv;
}

absl::Status WriteRecord(const std::string& study_folder, const Plan& plan,
                         const Trial& trial, const TrialResult& result,
                         const Provenance& provenance,
                         const std::string& started) {
  const std::string folder = TrialFolder(study_folder, trial.id);
  RETURN_IF_ERROR(MakeFolder(folder));
  RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/trial.yaml"),
                                      ToSpecYaml(trial.settings.ToJson())));
  RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/history.csv"),
                                      HistoryCsv(result.history)));
  for (const Picture& picture : result.pictures) {
    RETURN_IF_ERROR(WritePng(absl::StrCat(folder, "/", picture.name, ".png"),
                             picture.pixels));
  }
  return WriteFileAtomically(
      absl::StrCat(folder, "/record.json"),
      // Messages of others may not be UTF-8.
      RecordJson(plan, trial, result, provenance, started)
              .dump(2, ' ', false, Json::error_handler_t::replace) +
          "\n");
}

}  // namespace bigstep
