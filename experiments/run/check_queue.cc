#include "experiments/run/check_queue.h"

#include <map>
#include <utility>

#include "experiments/run/identity_cache.h"

namespace bigstep {

CheckQueue::CheckQueue(std::vector<Check> checks, int retries)
    : checks_(std::move(checks)),
      retries_(retries),
      results_(checks_.size()),
      attempts_(checks_.size(), 0),
      left_(static_cast<int>(checks_.size())) {
  IdentityCache identities;
  std::map<std::string, size_t> groups;
  for (size_t i = 0; i < checks_.size(); ++i) {
    const auto [it, is_new] = groups.emplace(
        identities.Of(checks_[i].trial->settings.dataset), groups_.size());
    if (is_new) groups_.emplace_back();
    groups_[it->second].push_back(static_cast<int>(i));
  }
}

std::optional<CheckQueue::Place> CheckQueue::Next(int group) {
  if (group < 0 || groups_[group].empty()) {
    if (next_group_ == static_cast<int>(groups_.size())) return std::nullopt;
    group = next_group_++;
  }
  const Place place = {group, groups_[group].front()};
  groups_[group].pop_front();
  return place;
}

void CheckQueue::End(const Place& place, const CheckResult& result) {
  results_[place.check] = result;
  --left_;
  if (!result.sha256.empty()) return;
  left_ -= static_cast<int>(groups_[place.group].size());
  groups_[place.group].clear();
}

bool CheckQueue::TryAgain(const Place& place) {
  if (++attempts_[place.check] > retries_) return false;
  groups_[place.group].push_front(place.check);
  return true;
}

}  // namespace bigstep
