#include "experiments/run/dry_run.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/status.h"
#include "experiments/records/record.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

// The names in `<study_folder>/trials`; none if there is no such folder.
std::unordered_set<std::string> FoldersOf(const std::string& study_folder) {
  std::unordered_set<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(study_folder + "/trials", error), end;
       !error && it != end; it.increment(error)) {
    names.insert(it->path().filename().string());
  }
  return names;
}

TrialState StateOfOutcome(Outcome outcome) {
  switch (outcome) {
    case Outcome::kCompleted:
      return TrialState::kCompleted;
    case Outcome::kDiverged:
      return TrialState::kDiverged;
    case Outcome::kFailed:
      break;
  }
  return TrialState::kFailed;
}

bool IsToRun(const TrialStatus& status) {
  return status.state == TrialState::kMissing ||
         status.state == TrialState::kFailed;
}

// Tells trials apart that cost differently. Trials of a plan share the options
// of their plugins, so that most need no look into them.
class Costs {
 public:
  // A number that trials of equal cost share.
  size_t Of(const TrialSettings& settings) {
    const Shallow shallow = {settings.dataset.options.get(),
                             settings.model.options.get(),
                             settings.optimizer.plugin,
                             settings.training.batch_size,
                             settings.training.max_steps,
                             settings.training.eval_every,
                             settings.training.eval_train_examples};
    const auto known = by_options_.find(shallow);
    if (known != by_options_.end()) return known->second;
    const std::string meaning = CanonicalJson(
        {settings.dataset.Identity(), settings.model.Identity(),
         settings.optimizer.name(), settings.training.batch_size,
         settings.training.max_steps, settings.training.eval_every,
         settings.training.eval_train_examples});
    const size_t cost =
        by_meaning_.emplace(meaning, by_meaning_.size()).first->second;
    by_options_.emplace(shallow, cost);
    return cost;
  }

 private:
  using Shallow = std::tuple<const void*, const void*, const void*, int64_t,
                             int64_t, int64_t, int64_t>;
  std::map<Shallow, size_t> by_options_;
  std::unordered_map<std::string, size_t> by_meaning_;
};

// Bytes of the files in a folder.
double FolderBytes(const std::string& folder) {
  double bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end;
       !error && it != end; it.increment(error)) {
    std::error_code no_file;
    const auto size = fs::file_size(it->path(), no_file);
    if (!no_file) bytes += static_cast<double>(size);
  }
  return bytes;
}

std::string BytesText(double bytes) {
  if (bytes < 1e6) return absl::StrFormat("%.0f kB", bytes / 1e3);
  if (bytes < 1e9) return absl::StrFormat("%.0f MB", bytes / 1e6);
  return absl::StrFormat("%.1f GB", bytes / 1e9);
}

// "about 12 min with 2 workers, as 8 trials like these took; unknown for 4".
std::string TimeText(const TimeEstimate& time, int64_t workers) {
  if (time.known + time.unknown == 0) return "none";
  if (time.known == 0) return "unknown: no trial like these was completed yet";
  std::string text = absl::StrCat(
      "about ", DurationText(time.SecondsWith(workers)), " with ", workers,
      workers == 1 ? " worker" : " workers",
      ", from completed trials of the same dataset, model and training");
  if (time.unknown > 0) {
    absl::StrAppend(&text, "; and unknown for ", time.unknown, " of ",
                    time.known + time.unknown, " trials");
  }
  return text;
}

}  // namespace

absl::StatusOr<std::vector<TrialStatus>> ReadStatuses(
    const Plan& plan, const std::string& study_folder) {
  std::vector<TrialStatus> statuses(plan.trials.size());
  const std::unordered_set<std::string> folders = FoldersOf(study_folder);
  if (folders.empty()) return statuses;
  for (size_t i = 0; i < plan.trials.size(); ++i) {
    if (folders.count(plan.trials[i].id) == 0) continue;
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     ReadRecord(study_folder, plan.trials[i].id));
    if (!record) continue;
    statuses[i].state = StateOfOutcome(record->outcome);
    statuses[i].reason = record->reason;
    if (record->outcome != Outcome::kCompleted) continue;
    for (const char* part : {"train_s", "evaluate_s"}) {
      const Json seconds = record->times.value(part, Json());
      if (seconds.is_number()) statuses[i].seconds += seconds.get<double>();
    }
  }
  return statuses;
}

absl::StatusOr<std::vector<size_t>> ChooseTrials(
    const Plan& plan, const std::string& only, const std::string& shard,
    const std::string& study_folder) {
  std::vector<size_t> trials(plan.trials.size());
  for (size_t i = 0; i < trials.size(); ++i) trials[i] = i;
  if (!only.empty()) {
    // Records are read only if the filter asks for them.
    std::vector<TrialStatus> statuses;
    absl::Status status;
    const StateOf state = [&](const Trial& trial) {
      if (statuses.empty() && status.ok()) {
        auto read = ReadStatuses(plan, study_folder);
        status = read.status();
        if (read.ok()) statuses = *std::move(read);
      }
      if (!status.ok()) return TrialState::kMissing;
      return statuses[static_cast<size_t>(&trial - plan.trials.data())].state;
    };
    absl::StatusOr<std::vector<size_t>> selected =
        SelectTrials(plan, only, state);
    RETURN_IF_ERROR(status);
    ASSIGN_OR_RETURN(trials, std::move(selected));
  }
  if (shard.empty()) return trials;
  ASSIGN_OR_RETURN(const Shard part, ParseShard(shard));
  return TakeShard(trials, part);
}

std::vector<const Trial*> TrialsToRun(const Plan& plan,
                                      const std::vector<TrialStatus>& statuses,
                                      const std::vector<size_t>& trials) {
  std::vector<const Trial*> to_run;
  for (const size_t i : trials) {
    if (IsToRun(statuses[i])) to_run.push_back(&plan.trials[i]);
  }
  return to_run;
}

double TimeEstimate::SecondsWith(int64_t workers) const {
  return std::max(longest,
                  seconds / static_cast<double>(std::max<int64_t>(workers, 1)));
}

TimeEstimate EstimateTime(const Plan& plan,
                          const std::vector<TrialStatus>& statuses,
                          const std::vector<size_t>& trials) {
  Costs costs;
  std::map<size_t, std::pair<double, int64_t>> taken;  // Sum and number.
  for (size_t i = 0; i < plan.trials.size(); ++i) {
    if (statuses[i].state != TrialState::kCompleted) continue;
    auto& [sum, number] = taken[costs.Of(plan.trials[i].settings)];
    sum += statuses[i].seconds;
    ++number;
  }
  TimeEstimate estimate;
  for (const size_t i : trials) {
    if (!IsToRun(statuses[i])) continue;
    const auto it = taken.empty()
                        ? taken.end()
                        : taken.find(costs.Of(plan.trials[i].settings));
    if (it == taken.end()) {
      ++estimate.unknown;
      continue;
    }
    const double seconds =
        it->second.first / static_cast<double>(it->second.second);
    ++estimate.known;
    estimate.seconds += seconds;
    estimate.longest = std::max(estimate.longest, seconds);
  }
  return estimate;
}

double MeanTrialBytes(const Plan& plan,
                      const std::vector<TrialStatus>& statuses,
                      const std::string& study_folder) {
  constexpr int kMostFolders = 100;
  double bytes = 0;
  int folders = 0;
  for (size_t i = 0; i < statuses.size() && folders < kMostFolders; ++i) {
    if (IsToRun(statuses[i])) continue;
    bytes += FolderBytes(TrialFolder(study_folder, plan.trials[i].id));
    ++folders;
  }
  return folders == 0 ? 0 : bytes / folders;
}

std::string DurationText(double seconds) {
  // From 1.5 of the next unit on.
  if (seconds < 90) return absl::StrFormat("%.0f s", seconds);
  if (seconds < 90 * 60) return absl::StrFormat("%.0f min", seconds / 60);
  if (seconds < 36 * 3600) return absl::StrFormat("%.1f h", seconds / 3600);
  return absl::StrFormat("%.1f days", seconds / 86400);
}

void PrintPlan(const Plan& plan, const std::vector<TrialStatus>& statuses,
               const std::vector<size_t>& trials,
               const std::string& study_folder, int64_t workers,
               std::ostream& out) {
  std::map<TrialState, int64_t> counts;
  std::set<size_t> configurations;
  std::string text;
  for (const size_t i : trials) {
    const Trial& trial = plan.trials[i];
    const TrialStatus& status = statuses[i];
    ++counts[status.state];
    for (const size_t configuration : trial.configurations) {
      configurations.insert(configuration);
      absl::StrAppend(&text, trial.id, "  ", StateName(status.state), "  ",
                      plan.study.configurations[configuration].sweep, ": ",
                      plan.study.configurations[configuration].name, ", seed ",
                      trial.settings.seed);
      if (!status.reason.empty()) {
        absl::StrAppend(&text, " (", status.reason, ")");
      }
      absl::StrAppend(&text, "\n");
    }
    constexpr size_t kBuffer = 1 << 16;
    if (text.size() < kBuffer) continue;
    out << text;
    text.clear();
  }
  const int64_t done =
      counts[TrialState::kCompleted] + counts[TrialState::kDiverged];
  const int64_t to_run = static_cast<int64_t>(trials.size()) - done;
  out << text << trials.size() << " trials in " << configurations.size()
      << " configurations: " << done << " done, " << to_run
      << " to run (records in " << study_folder << ")\n"
      << "  states: " << counts[TrialState::kCompleted] << " completed, "
      << counts[TrialState::kDiverged] << " diverged, "
      << counts[TrialState::kFailed] << " failed, "
      << counts[TrialState::kMissing] << " missing\n"
      << "  time to run: "
      << TimeText(EstimateTime(plan, statuses, trials), workers) << "\n";
  const double bytes = MeanTrialBytes(plan, statuses, study_folder);
  out << "  disk: ";
  if (to_run == 0) {
    out << "none\n";
  } else if (bytes == 0) {
    out << "unknown: no trial is done yet\n";
  } else {
    out << "about " << BytesText(bytes * static_cast<double>(to_run)) << ", "
        << BytesText(bytes) << " a trial\n";
  }
}

}  // namespace bigstep
