#include "experiments/report/analysis/report_provenance.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/shell_quote.h"
#include "base/terminal_text.h"
#include "experiments/report/analysis/plain_name.h"

namespace bigstep {
namespace {

using Flat = std::map<std::string, std::string>;

constexpr char kDataRoot[] = "--data_root=";

// Objects become dotted paths; lists stay whole.
void Flatten(const std::string& path, const Json& json, Flat& flat) {
  if (!json.is_object()) {
    flat[path] = json.is_string() ? json.get<std::string>()
                                  : json.dump(-1, ' ', false,
                                              Json::error_handler_t::replace);
    return;
  }
  for (const auto& [key, value] : json.items()) {
    Flatten(path.empty() ? key : absl::StrCat(path, ".", key), value, flat);
  }
}

// The same without these keys of its first level.
void FlattenWithout(const std::set<std::string>& left_out,
                    const std::string& path, const Json& json, Flat& flat) {
  if (!json.is_object()) return Flatten(path, json, flat);
  for (const auto& [key, value] : json.items()) {
    if (left_out.count(key) > 0) continue;
    Flatten(path.empty() ? key : absl::StrCat(path, ".", key), value, flat);
  }
}

Flat OptionsOf(const Record& record) {
  Flat flat;
  FlattenWithout({"seed", "metrics"}, "", record.trial, flat);
  return flat;
}

// Each configuration once, by its first recorded trial.
std::vector<std::pair<size_t, Flat>> OptionsOfConfigurations(
    const Study& study, const Records& records) {
  std::vector<std::pair<size_t, Flat>> options;
  std::set<size_t> known;
  for (const StudyTrial& trial : study.trials) {
    const auto record = records.find(trial.id);
    if (record == records.end()) continue;
    for (const size_t configuration : trial.configurations) {
      if (known.insert(configuration).second) {
        options.push_back({configuration, OptionsOf(record->second)});
      }
    }
  }
  std::sort(options.begin(), options.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return options;
}

// Adds the values of a JSON object to those already seen, with their counts.
void Count(const std::string& path, const Json& json,
           std::map<std::string, std::map<std::string, int>>& seen) {
  Flat flat;
  Flatten(path, json, flat);
  for (const auto& [key, value] : flat) ++seen[key][value];
}

// The texts that records have under `key`.
std::set<std::string> Texts(const Records& records, const std::string& key) {
  std::set<std::string> texts;
  for (const auto& [id, record] : records) {
    const auto text = record.provenance.find(key);
    if (text != record.provenance.end() && text->is_string()) {
      texts.insert(text->get<std::string>());
    }
  }
  return texts;
}

// Whether `text` is the beginning of a commit's SHA-1 and nothing else: records
// of a stranger may hold any text.
bool IsHash(absl::string_view text) {
  return text.size() >= 7 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c));
         });
}

// A word of a shell command that a reader may paste: what is pasted is what is
// shown.
std::string Pasted(absl::string_view text) {
  return ShellQuote(VisibleText(text));
}

// "git checkout 0123..." of a commit that a record names; empty if it is none.
std::string Checkout(absl::string_view commit) {
  const bool changed = absl::ConsumeSuffix(&commit, "+");
  if (!IsHash(commit)) return "";
  return absl::StrCat(
      changed ? "# The sources had changes that are in no commit.\n" : "",
      "git checkout ", commit, "\n");
}

// Whether a workspace that has Bigstep as a part made the records.
bool IsExternal(const Records& records) {
  return !Texts(records, "workspace_commit").empty();
}

// The sources, if all records are of one commit, and what they need.
std::string SetupCommands(const Records& records) {
  const std::set<std::string> commits = Texts(records, "commit");
  const std::string bigstep =
      commits.size() == 1 ? Checkout(*commits.begin()) : "";
  if (!IsExternal(records)) return absl::StrCat(bigstep, "tools/setup.sh\n");
  const std::set<std::string> workspaces = Texts(records, "workspace_commit");
  return absl::StrCat(
      "# In Bigstep, on which the workspace depends:\n", bigstep,
      "tools/setup.sh\n# In the workspace, with the names of its programs in "
      "its BUILD file:\n",
      workspaces.size() == 1 ? Checkout(*workspaces.begin()) : "");
}

std::string Parent(const std::filesystem::path& folder) {
  const std::string parent = folder.parent_path().string();
  return parent.empty() ? "." : parent;
}

// The arguments of a study, maybe a stranger's, that only change what is
// trained and where data is read.
std::vector<std::string> KnownArguments(const Study& study) {
  std::vector<std::string> known;
  for (const std::string& argument : study.arguments) {
    if (absl::StartsWith(argument, "--set=") ||
        absl::StartsWith(argument, kDataRoot)) {
      known.push_back(argument);
    }
  }
  return known;
}

// " --data_root=..." if the study was run with it.
std::string DataRootArgument(const Study& study) {
  for (const std::string& argument : study.arguments) {
    if (absl::StartsWith(argument, kDataRoot)) {
      return absl::StrCat(" ", Pasted(argument));
    }
  }
  return "";
}

}  // namespace

Facts SharedOptions(const Records& records) {
  std::optional<Flat> shared;
  for (const auto& [id, record] : records) {
    const Flat options = OptionsOf(record);
    if (!shared) shared = options;
    Flat both;
    std::set_intersection(shared->begin(), shared->end(), options.begin(),
                          options.end(), std::inserter(both, both.end()));
    shared = std::move(both);
  }
  if (!shared) return {};
  return {shared->begin(), shared->end()};
}

Facts DifferingOptions(const Study& study, const Records& records) {
  const auto options = OptionsOfConfigurations(study, records);
  std::map<std::string, std::set<std::string>> values;
  std::map<std::string, size_t> counts;
  for (const auto& [configuration, flat] : options) {
    for (const auto& [path, value] : flat) {
      values[path].insert(value);
      ++counts[path];
    }
  }
  Facts facts;
  for (const auto& [configuration, flat] : options) {
    std::vector<std::string> parts;
    for (const auto& [path, value] : flat) {
      if (values[path].size() > 1 || counts[path] < options.size()) {
        parts.push_back(absl::StrCat(path, " = ", value));
      }
    }
    facts.push_back(
        {study.configurations[configuration].name, absl::StrJoin(parts, "\n")});
  }
  return facts;
}

Facts ProvenanceFacts(const Records& records) {
  std::map<std::string, std::map<std::string, int>> seen;
  for (const auto& [id, record] : records) {
    Count("", record.provenance, seen);
    Flat data;
    FlattenWithout({"counts", "warnings"}, "data", record.data, data);
    for (const auto& [key, value] : data) ++seen[key][value];
  }
  constexpr size_t kMaxValues = 8;
  Facts facts;
  for (const auto& [key, values] : seen) {
    std::vector<std::string> parts;
    for (const auto& [value, count] : values) {
      if (parts.size() == kMaxValues) {
        parts.push_back(
            absl::StrCat("and ", values.size() - kMaxValues, " more"));
        break;
      }
      parts.push_back(
          values.size() == 1
              ? value
              : absl::StrCat(value, " (", CountText(count, "trial"), ")"));
    }
    if (!key.empty()) facts.push_back({key, absl::StrJoin(parts, "\n")});
  }
  return facts;
}

std::vector<RecordedData> DataOfRecords(const Records& records) {
  std::vector<RecordedData> all;
  std::map<std::string, size_t> known;
  for (const auto& [id, record] : records) {
    const Json& trial = record.trial;
    if (!record.data.is_object() || !trial.is_object()) continue;
    const Json shown = {{"counts", record.data.value("counts", Json())},
                        {"warnings", record.data.value("warnings", Json())}};
    const Json dataset = trial.value("dataset", Json());
    const auto name =
        dataset.is_object() ? dataset.find("name") : dataset.end();
    const Json key = {dataset, shown};
    const auto [found, is_new] = known.emplace(
        key.dump(-1, ' ', false, Json::error_handler_t::replace), all.size());
    if (is_new) {
      const bool named = name != dataset.end() && name->is_string();
      all.push_back({named ? name->get<std::string>() : "", &record});
    }
    ++all[found->second].trials;
  }
  return all;
}

std::string ReproductionCommands(const Study& study, const Records& records,
                                 const std::string& study_folder) {
  // Without a slash at its end.
  const std::filesystem::path folder =
      (std::filesystem::path(study_folder) / ".")
          .lexically_normal()
          .parent_path();
  const auto file = [&](const std::string& flag, const std::string& name) {
    return Pasted(absl::StrCat(flag, (folder / name).string()));
  };
  std::string text = SetupCommands(records);
  const bool external = IsExternal(records);
  const char* const programs = external ? "//:" : "//experiments:";
  if (study.spec.empty()) {
    text +=
        "# study.json does not hold the spec: running the whole study again "
        "takes the spec's file.";
  } else {
    // `run` makes a folder of the study's name in --out.
    const bool named = folder.filename() == study.name;
    absl::StrAppend(
        &text,
        "# The whole study; finished trials are kept.\n"
        "bazel run ",
        programs, "run -- ", file("--spec=", "spec.yaml"), " ",
        Pasted(absl::StrCat("--out=",
                            named ? Parent(folder) : std::string("results"))));
    for (const std::string& argument : KnownArguments(study)) {
      absl::StrAppend(&text, " ", Pasted(argument));
    }
  }
  const auto recorded = std::find_if(
      study.trials.begin(), study.trials.end(),
      [&](const StudyTrial& trial) { return records.count(trial.id) > 0; });
  if (recorded != study.trials.end()) {
    absl::StrAppend(&text,
                    "\n# One trial again, compared with its record.\n"
                    "bazel run ",
                    programs, "reproduce -- ",
                    file("--record=",
                         absl::StrCat("trials/", recorded->id, "/record.json")),
                    DataRootArgument(study));
  }
  absl::StrAppend(&text,
                  "\n# This report, from the records alone.\n"
                  "bazel run ",
                  external ? "@bigstep" : "", "//experiments:report -- ",
                  Pasted(absl::StrCat("--out=", folder.string())), "\n");
  return text;
}

}  // namespace bigstep
