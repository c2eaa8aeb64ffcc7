// How the seeds in study.json changed after trials were done.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_SEED_HISTORY_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_SEED_HISTORY_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json.h"

namespace bigstep {

// A change of a study's seeds while trials were done: whoever adds seeds until
// a result is significant finds more of them than the p say.
struct SeedChange {
  std::string when;     // In UTC, "2026-01-31T12:00:00Z".
  int trials_done = 0;  // By then; at least one.
  std::vector<int64_t> added = {}, removed = {};
};

// More changes are not kept.
inline constexpr size_t kMaxSeedChanges = 100;

Json SeedChangesToJson(const std::vector<SeedChange>& changes);

// The changes in a list of any origin. DataLoss.
absl::StatusOr<std::vector<SeedChange>> SeedChangesFromJson(const Json& list);

// Adds the change from `before` to `after`, if there is one.
void AddSeedChange(const std::set<int64_t>& before,
                   const std::set<int64_t>& after, const std::string& now,
                   int trials_done, std::vector<SeedChange>& changes);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_SEED_HISTORY_H_
