#include "experiments/report/analysis/data_warnings.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/json.h"
#include "experiments/records/data_checksum.h"

namespace bigstep {
namespace {

// The data that the trials with one dataset saw.
struct DatasetUse {
  std::string name;
  bool seeded = true;
  // By seed of the trial, then DataChecksum: the number of trials.
  std::map<int64_t, std::map<std::string, int>> by_seed;
  // Other data that the records say were mixed with theirs.
  std::set<std::string> others;
};

// The member `key` of an object; null without one.
Json Member(const Json& json, const char* key) {
  return json.is_object() ? json.value(key, Json()) : Json();
}

void AddRecord(const StudyTrial& trial, const Record& record,
               std::map<std::string, DatasetUse>& uses) {
  const std::string checksum = DataChecksum(record.data);
  if (record.outcome == Outcome::kFailed || checksum.empty()) return;
  const Json dataset = Member(record.trial, "dataset");
  DatasetUse& use = uses[CanonicalJson(dataset)];
  const Json name = Member(dataset, "name");
  if (name.is_string()) use.name = name.get<std::string>();
  if (Member(record.data, "seeded") == false) use.seeded = false;
  ++use.by_seed[trial.seed][checksum];
  const Json others = Member(record.provenance, "other_data");
  if (!others.is_array()) return;
  for (const Json& other : others) {
    if (other.is_string()) use.others.insert(other.get<std::string>());
  }
}

// Whether two of these checksums show different data.
bool Differ(const std::map<std::string, int>& counts) {
  for (auto a = counts.begin(); a != counts.end(); ++a) {
    for (auto b = std::next(a); b != counts.end(); ++b) {
      if (!SameData(a->first, b->first)) return true;
    }
  }
  return false;
}

// The numbers of trials by checksum if data are mixed, else none.
std::map<std::string, int> Mixed(const DatasetUse& use) {
  std::map<std::string, int> all;
  std::optional<std::map<std::string, int>> of_a_seed;
  for (const auto& [seed, counts] : use.by_seed) {
    for (const auto& [checksum, n] : counts) all[checksum] += n;
    if (!of_a_seed && Differ(counts)) of_a_seed = counts;
  }
  if (!use.seeded && Differ(all)) return all;
  if (of_a_seed) return *of_a_seed;
  for (const std::string& other : use.others) {
    if (all.count(other) > 0) return all;
  }
  return {};
}

}  // namespace

std::vector<std::string> MixedDataWarnings(const Study& study,
                                           const Records& records) {
  constexpr size_t kShown = 4;
  std::map<std::string, DatasetUse> uses;
  for (const StudyTrial& trial : study.trials) {
    const auto record = records.find(trial.id);
    if (record != records.end()) AddRecord(trial, record->second, uses);
  }
  std::vector<std::string> warnings;
  for (const auto& [dataset, use] : uses) {
    std::vector<std::string> checksums, parts;
    const std::map<std::string, int> mixed = Mixed(use);
    for (const auto& [checksum, n] : mixed) checksums.push_back(checksum);
    const ShortChecksums shortened = Shorten(checksums);
    for (size_t i = 0; i < checksums.size() && i < kShown; ++i) {
      const int n = mixed.at(checksums[i]);
      parts.push_back(absl::StrCat(shortened.texts[i], " in ", n,
                                   n == 1 ? " trial" : " trials"));
    }
    if (parts.empty()) continue;
    if (mixed.size() > kShown) {
      parts.push_back(absl::StrCat("and ", mixed.size() - kShown, " more"));
    }
    warnings.push_back(absl::StrCat(
        "Warning: trials with the dataset ", use.name, " saw different data (",
        shortened.kind, " ", absl::StrJoin(parts, ", "),
        "), so that means and comparisons mix both. To train the older ones "
        "again, run the study with --other_data=retrain."));
  }
  return warnings;
}

}  // namespace bigstep
