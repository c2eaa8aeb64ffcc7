#include "experiments/records/seed_history.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/json_fields.h"
#include "base/status.h"

namespace bigstep {
namespace {

// As many as a spec may have.
constexpr size_t kMaxSeeds = 10'000;

std::vector<int64_t> ReadSeeds(JsonFields& fields, const char* key) {
  const Json& list = fields.List(key);
  if (list.size() > kMaxSeeds) {
    fields.Refuse(key, absl::StrCat("at most ", kMaxSeeds, " seeds"));
    return {};
  }
  std::vector<int64_t> seeds;
  for (const Json& seed : list) {
    if (!seed.is_number_integer()) {
      fields.Refuse(key, "whole numbers");
      return {};
    }
    seeds.push_back(seed.get<int64_t>());
  }
  return seeds;
}

}  // namespace

Json SeedChangesToJson(const std::vector<SeedChange>& changes) {
  Json list = Json::array();
  for (const SeedChange& change : changes) {
    list.push_back({{"when", change.when},
                    {"trials_done", change.trials_done},
                    {"added", change.added},
                    {"removed", change.removed}});
  }
  return list;
}

absl::StatusOr<std::vector<SeedChange>> SeedChangesFromJson(const Json& list) {
  if (list.size() > kMaxSeedChanges) {
    return absl::DataLossError(absl::StrCat("seed_changes: expected at most ",
                                            kMaxSeedChanges, ", found ",
                                            list.size()));
  }
  std::vector<SeedChange> changes;
  for (size_t i = 0; i < list.size(); ++i) {
    JsonFields fields(list[i], absl::StrCat("seed_changes[", i, "]"));
    SeedChange change;
    change.when = fields.Text("when");
    change.trials_done = static_cast<int>(
        fields.Integer("trials_done", 1, std::numeric_limits<int>::max()));
    change.added = ReadSeeds(fields, "added");
    change.removed = ReadSeeds(fields, "removed");
    RETURN_IF_ERROR(fields.status());
    changes.push_back(std::move(change));
  }
  return changes;
}

void AddSeedChange(const std::set<int64_t>& before,
                   const std::set<int64_t>& after, const std::string& now,
                   int trials_done, std::vector<SeedChange>& changes) {
  if (before.empty() || trials_done == 0 || before == after ||
      changes.size() == kMaxSeedChanges) {
    return;
  }
  SeedChange change{now, trials_done};
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(change.added));
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::back_inserter(change.removed));
  changes.push_back(std::move(change));
}

}  // namespace bigstep
