#include "experiments/run/other_data.h"

#include <cstddef>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/folder.h"
#include "base/status.h"
#include "experiments/records/data_checksum.h"
#include "experiments/records/record.h"
#include "experiments/records/record_writer.h"
#include "experiments/records/trial_lock.h"
#include "experiments/run/identity_cache.h"
#include "experiments/run/supervisor.h"

namespace bigstep {

absl::StatusOr<OtherDataRule> ParseOtherDataRule(absl::string_view word) {
  if (word == "refuse") return OtherDataRule::kRefuse;
  if (word == "retrain") return OtherDataRule::kRetrain;
  if (word == "keep") return OtherDataRule::kKeep;
  return absl::InvalidArgumentError(absl::StrCat(
      "--other_data: expected refuse, retrain or keep, got '", word, "'"));
}

std::string RecordedData(const FolderContent& content, const Trial& trial) {
  const Record* record = content.Find(trial.id);
  if (record == nullptr || content.IsToTrain(trial)) return "";
  return DataChecksum(record->data);
}

std::vector<OtherData> FindOtherData(
    const Plan& plan, const FolderContent& content,
    const std::map<DataKey, std::string>& now) {
  std::vector<OtherData> all;
  std::map<std::string, size_t> places;  // In `all`, by dataset.
  IdentityCache identities;
  for (const Trial& trial : plan.trials) {
    const std::string recorded = RecordedData(content, trial);
    if (recorded.empty()) continue;
    const std::string& dataset = identities.Of(trial.settings.dataset);
    const auto found = now.find({dataset, trial.settings.seed});
    if (found == now.end() || SameData(found->second, recorded)) continue;
    const auto [it, is_new] = places.emplace(dataset, all.size());
    if (is_new) {
      all.push_back({dataset, {}, recorded, found->second, {}});
    }
    all[it->second].trials.push_back(&trial);
    all[it->second].all_recorded.insert(recorded);
  }
  return all;
}

std::string DescribeOtherData(const Plan& plan,
                              const std::vector<OtherData>& all) {
  std::vector<std::string> lines;
  for (const OtherData& other : all) {
    const size_t n = other.trials.size();
    const ShortChecksums checksums = Shorten({other.recorded, other.now});
    lines.push_back(
        absl::StrCat(n, " done with other data (", checksums.kind, " ",
                     absl::StrJoin(checksums.texts, " / "), "): dataset ",
                     other.trials[0]->settings.dataset.name(), ", ",
                     TrialLabel(plan, *other.trials[0]),
                     n == 1 ? "" : absl::StrCat(" and ", n - 1, " more")));
  }
  return absl::StrJoin(lines, "\n");
}

absl::Status RefuseOtherData(const Plan& plan,
                             const std::vector<OtherData>& all) {
  if (all.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      DescribeOtherData(plan, all),
      "\nThe first checksum is that in the record, the second that of the data "
      "now. Means over both would mix them, so nothing is trained. Restore the "
      "data, or choose: --other_data=retrain trains these trials again and "
      "leaves their records as record.json.old; --other_data=keep uses them as "
      "they are, and the report warns"));
}

absl::Status SetAsideRecord(const std::string& study_folder,
                            const std::string& id, const Record& record) {
  const auto lock = LockTrial(study_folder, id);
  if (absl::IsNotFound(lock.status())) return absl::OkStatus();
  RETURN_IF_ERROR(lock.status());
  if (!lock->has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::optional<Record> found,
                   ReadRecord(study_folder, id));
  if (!found || found->times != record.times) return absl::OkStatus();
  return Folder(study_folder)
      .Rename(TrialFile(id, "record.json"), OldRecordName(study_folder, id));
}

}  // namespace bigstep
