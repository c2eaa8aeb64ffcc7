#include "experiments/run/resume.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files.h"
#include "base/json.h"
#include "base/status.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

// A study.json that is damaged does not matter: it is written anew.
absl::Status CheckStudyFormat(const std::string& study_folder) {
  const std::string path = absl::StrCat(study_folder, "/study.json");
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (absl::IsNotFound(text.status())) return absl::OkStatus();
  RETURN_IF_ERROR(text.status());
  const absl::StatusOr<Json> json = ParseJson(*text);
  if (!json.ok() || !json->is_object() || !json->contains("format") ||
      json->at("format") == kStudyFormat) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      path, ": expected format ", kStudyFormat, ", found ",
      json->at("format").dump(),
      "; the folder belongs to another version of this program: use that one, "
      "or another --out"));
}

// Names of the folders in trials/; none if it cannot be read.
std::vector<std::string> TrialFolders(const std::string& study_folder) {
  std::vector<std::string> names;
  std::error_code error;
  const fs::path trials = absl::StrCat(study_folder, "/trials");
  for (fs::directory_iterator it(trials, error), end; !error && it != end;
       it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  return names;
}

void CountUnused(const std::string& study_folder, const Plan& plan,
                 FolderContent& content) {
  std::set<std::string> ids;
  for (const Trial& trial : plan.trials) ids.insert(trial.id);
  std::optional<std::set<std::string>> settings;  // Made when first needed.
  for (const std::string& name : TrialFolders(study_folder)) {
    if (ids.count(name) > 0) continue;
    const auto record = ReadRecord(study_folder, name);
    if (!record.ok() || !*record) continue;  // Whatever it is.
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
  return absl::StrCat(" is ", CanonicalJson(found), ", expected ",
                      CanonicalJson(expected));
}

absl::StatusOr<FolderContent> ReadFolder(const std::string& study_folder,
                                         const Plan& plan) {
  RETURN_IF_ERROR(CheckStudyFormat(study_folder));
  FolderContent content;
  for (const Trial& trial : plan.trials) {
    ASSIGN_OR_RETURN(std::optional<Record> record,
                     ReadRecord(study_folder, trial.id));
    if (!record) continue;
    const std::string contradiction =
        Contradiction(record->trial, trial.settings.ToJson());
    if (!contradiction.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          TrialFolder(study_folder, trial.id),
          "/record.json is not of the trial with that id: ", contradiction,
          "; it was edited, or written by another version of this program. Use "
          "another --out, or delete the file to run the trial again"));
    }
    content.records.emplace(trial.id, *std::move(record));
  }
  CountUnused(study_folder, plan, content);
  return content;
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
