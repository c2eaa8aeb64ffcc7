#include "experiments/records/record_writer.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/folder.h"
#include "base/status.h"
#include "experiments/records/record.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// The seconds from `started` to now; null if that is not a time.
Json SecondsSince(const std::string& started) {
  absl::Time start;
  if (!absl::ParseTime(absl::RFC3339_full, started, &start, nullptr)) {
    return nullptr;
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  return std::round(seconds * 1000) / 1000;
}

Json RecordJson(const RecordHead& head, const TrialResult& result) {
  Json json = {{"format", kRecordFormat},
               {"id", head.id},
               {"study", head.study},
               {"outcome", OutcomeName(result.outcome)},
               {"steps", result.steps},
               {"stop", result.outcome == Outcome::kFailed
                            ? Json()  // See `reason`.
                            : Json(StopName(result.stop))},
               {"collapsed", result.collapsed},
               {"metrics", result.metrics},
               {"trial", head.settings.ToJson()},
               {"provenance", head.provenance},
               {"times",
                {{"started", head.started},
                 {"train_s", result.train_seconds},
                 {"evaluate_s", result.evaluate_seconds}}}};
  const Json wall = SecondsSince(head.started);
  if (!wall.is_null()) json["times"]["wall_s"] = wall;
  if (!result.data_notes.empty()) json["data"] = result.data_notes;
  if (!result.reason.empty()) json["reason"] = result.reason;
  return json;
}

}  // namespace

absl::Status WriteRecord(const std::string& study_folder,
                         const RecordHead& head, const TrialResult& result) {
  const Folder folder(study_folder);
  const auto file = [&head](absl::string_view name) {
    return TrialFile(head.id, name);
  };
  RETURN_IF_ERROR(folder.Make(file("")));
  RETURN_IF_ERROR(
      folder.Write(file("trial.yaml"), ToSpecYaml(head.settings.ToJson())));
  RETURN_IF_ERROR(
      folder.Write(file("history.csv"), HistoryCsv(result.history)));
  for (const auto& [name, png] : result.pictures) {
    RETURN_IF_ERROR(folder.Write(file(absl::StrCat(name, ".png")), png));
  }
  return folder.Write(
      file("record.json"),
      // Messages of libraries may not be UTF-8.
      RecordJson(head, result)
              .dump(2, ' ', false, Json::error_handler_t::replace) +
          "\n");
}

}  // namespace bigstep
