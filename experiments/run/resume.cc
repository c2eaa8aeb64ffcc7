#include "experiments/run/resume.h"

#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/folder.h"
#include "base/json.h"
#include "base/status.h"
#include "experiments/run/former_records.h"

namespace bigstep {
namespace {

// A damaged study.json is ignored: it will be replaced.
absl::Status CheckStudyFormat(const std::string& study_folder) {
  const std::string path = absl::StrCat(study_folder, "/study.json");
  const absl::StatusOr<std::string> text =
      Folder(study_folder).Read("study.json", kMaxStudyBytes);
  if (absl::IsNotFound(text.status())) return absl::OkStatus();
  RETURN_IF_ERROR(text.status());
  const absl::StatusOr<Json> json = ParseJson(*text);
  if (!json.ok() || !json->is_object() || !json->contains("format") ||
      json->at("format") == 1 || json->at("format") == kStudyFormat) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      path, ": expected format ", kStudyFormat, ", found ",
      Excerpt(json->at("format")),
      "; the folder belongs to another version of this program: use that one, "
      "or another --out"));
}

// Counts the records in the folders `names`, none of which is a trial's of the
// plan.
void CountUnused(const std::string& study_folder, const Plan& plan,
                 const std::set<std::string>& names, FolderContent& content) {
  std::optional<std::set<std::string>> settings;  // Made when first needed.
  for (const std::string& name : names) {
    const auto record = ReadRecord(study_folder, name);
    if (!record.ok() || !*record) continue;  // Not ours.
    if (!settings) {
      settings.emplace();
      for (const Trial& trial : plan.trials) {
        settings->insert(CanonicalJson(trial.settings.ToJson()));
      }
    }
    ++(settings->count(CanonicalJson((*record)->trial)) > 0
           ? content.earlier_versions
           : content.other_settings);
  }
}

std::string Records(int n) {
  return absl::StrCat(n, n == 1 ? " record" : " records");
}

}  // namespace

const Record* FolderContent::Find(const std::string& id) const {
  const auto it = records.find(id);
  return it == records.end() ? nullptr : &it->second;
}

TrialState FolderContent::StateOfTrial(const std::string& id) const {
  const Record* record = Find(id);
  if (record == nullptr) return TrialState::kMissing;
  switch (record->outcome) {
    case Outcome::kCompleted:
      return TrialState::kCompleted;
    case Outcome::kDiverged:
      return TrialState::kDiverged;
    case Outcome::kFailed:
      break;
  }
  return TrialState::kFailed;
}

TrialWork FolderContent::WorkOf(const Trial& trial) const {
  return WorkFor(trial, Find(trial.id), keep_weights);
}

bool FolderContent::IsToTrain(const Trial& trial) const {
  return WorkOf(trial).kind == TrialWork::Kind::kTrain;
}

std::string Contradiction(const Json& found, const Json& expected) {
  const auto below = [](const std::string& key, const std::string& inner) {
    if (inner.empty()) return inner;
    const bool value = inner.compare(0, 4, " is ") == 0;
    return absl::StrCat(key, value || inner[0] == '[' ? "" : ".", inner);
  };
  if (found.is_object() && expected.is_object()) {
    for (const auto& [key, value] : found.items()) {
      if (!expected.contains(key)) continue;
      std::string inner = below(key, Contradiction(value, expected[key]));
      if (!inner.empty()) return inner;
    }
    return "";
  }
  if (found.is_array() && expected.is_array() &&
      found.size() == expected.size()) {
    for (size_t i = 0; i < found.size(); ++i) {
      std::string inner = below(absl::StrCat("[", i, "]"),
                                Contradiction(found[i], expected[i]));
      if (!inner.empty()) return inner;
    }
    return "";
  }
  if (found == expected) return "";
  return absl::StrCat(" is ", Excerpt(found), ", expected ", Excerpt(expected));
}

absl::StatusOr<FolderContent> ReadFolder(const std::string& study_folder,
                                         const Plan& plan) {
  RETURN_IF_ERROR(CheckStudyFormat(study_folder));
  ASSIGN_OR_RETURN(std::set<std::string> names, ListTrials(study_folder));
  FolderContent content;
  if (names.empty()) return content;
  for (const Trial& trial : plan.trials) {
    if (names.erase(trial.id) == 0) continue;
    ASSIGN_OR_RETURN(std::optional<Record> record,
                     ReadRecord(study_folder, trial.id));
    if (!record) continue;
    Json settings = trial.settings.ToJson();
    settings.erase("metrics");
    const std::string contradiction = Contradiction(record->trial, settings);
    if (!contradiction.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          TrialFolder(study_folder, trial.id),
          "/record.json is not of the trial with that id: ", contradiction,
          "; it was edited, or written by another version of this program. Use "
          "another --out, or delete the file to run the trial again"));
    }
    content.records.emplace(trial.id, *std::move(record));
  }
  FindFormerRecords(study_folder, plan, names, content);
  CountUnused(study_folder, plan, names, content);
  const Folder folder(study_folder);
  for (auto& [id, record] : content.records) {
    const auto former = content.former_folders.find(id);
    const bool kept = folder.HasFile(
        TrialFile(former == content.former_folders.end() ? id : former->second,
                  kWeightsFile));
    if (!kept) record.weights = Json::object();
  }
  return content;
}

absl::StatusOr<std::vector<size_t>> ChooseTrials(const Plan& plan,
                                                 const std::string& only,
                                                 const std::string& shard,
                                                 const FolderContent& content) {
  std::optional<Shard> part;
  if (!shard.empty()) {
    ASSIGN_OR_RETURN(part, ParseShard(shard));
  }
  if (!only.empty()) {
    const StateOf state = [&content](const Trial& trial) {
      return content.StateOfTrial(trial.id);
    };
    return SelectTrials(plan, only, state, part);
  }
  std::vector<size_t> trials(plan.trials.size());
  std::iota(trials.begin(), trials.end(), 0);
  return part ? TakeShard(trials, *part) : trials;
}

std::string DescribeUnused(const FolderContent& content) {
  std::vector<std::string> parts;
  if (content.other_settings > 0) {
    parts.push_back(
        absl::StrCat(Records(content.other_settings), " of other settings"));
  }
  if (content.earlier_versions > 0) {
    parts.push_back(absl::StrCat(Records(content.earlier_versions),
                                 " of an earlier version of a plugin"));
  }
  if (parts.empty()) return "";
  return absl::StrCat("; kept but not used: ", absl::StrJoin(parts, ", "));
}

}  // namespace bigstep
