#include "experiments/run/dry_run.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/terminal_text.h"
#include "base/yaml_writer.h"
#include "experiments/plan/trial_filter.h"
#include "experiments/records/data_table.h"
#include "experiments/records/record.h"
#include "experiments/run/cost_model.h"
#include "experiments/run/identity_cache.h"
#include "experiments/run/terminal_view.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

// Bytes of the files in a folder.
double FolderBytes(const std::string& folder) {
  double bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end;
       !error && it != end; it.increment(error)) {
    std::error_code no_file;
    if (it->is_symlink(no_file)) continue;
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

// "about 12 min with 2 workers, from completed trials ...; and unknown for 4 of
// 9 trials".
std::string TimeText(const TimeEstimate& time, int64_t workers) {
  if (time.known + time.unknown == 0) return "none";
  if (time.known == 0) return "unknown: no trial like these was completed yet";
  std::string text = absl::StrCat(
      "about ", FormatDuration(time.SecondsWith(workers)), " with ", workers,
      workers == 1 ? " worker" : " workers",
      ", from completed trials of the same dataset, model and training");
  if (time.unknown > 0) {
    absl::StrAppend(&text, "; and unknown for ", time.unknown, " of ",
                    time.known + time.unknown, " trials");
  }
  return text;
}

std::string DiskText(double trial_bytes, size_t to_run) {
  if (to_run == 0) return "none";
  if (trial_bytes == 0) return "unknown: no trial is done yet";
  return absl::StrCat("about ",
                      BytesText(trial_bytes * static_cast<double>(to_run)),
                      ", ", BytesText(trial_bytes), " a trial");
}

// "data: {folder: my_birds, name: image_groups, size: 64}".
std::string DataTitle(const PluginConfig& dataset) {
  Json options = dataset.Identity().at("options");
  options["name"] = dataset.name();
  return absl::StrCat("data: ", ToFlowYaml(options));
}

// A line for each configuration of the trial.
std::string TrialLines(const Plan& plan, const FolderContent& content,
                       const Trial& trial) {
  std::string text;
  const Record* record = content.Find(trial.id);
  for (const size_t position : trial.configurations) {
    const Configuration& configuration = plan.study.configurations[position];
    absl::StrAppend(
        &text, trial.id, "  ", StateName(content.StateOfTrial(trial.id)), "  ",
        VisibleText(configuration.sweep), ": ", VisibleText(configuration.name),
        ", seed ", trial.settings.seed);
    if (record != nullptr && !record->reason.empty()) {
      absl::StrAppend(&text, " (", VisibleText(record->reason), ")");
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace

std::vector<const Trial*> TrialsToRun(const Plan& plan,
                                      const FolderContent& content,
                                      const std::vector<size_t>& trials) {
  std::vector<const Trial*> to_run;
  for (const size_t i : trials) {
    const Trial& trial = plan.trials[i];
    if (content.IsToRun(trial.id)) to_run.push_back(&trial);
  }
  return to_run;
}

double TimeEstimate::SecondsWith(int64_t workers) const {
  return std::max(longest,
                  seconds / static_cast<double>(std::max<int64_t>(workers, 1)));
}

TimeEstimate EstimateTime(const Plan& plan, const FolderContent& content,
                          const std::vector<const Trial*>& to_run) {
  CostModel costs = LearnCosts(plan, content);
  TimeEstimate estimate;
  for (const Trial* trial : to_run) {
    const CostModel::Estimate cost = costs.Of(trial->settings);
    if (!cost.known) {
      ++estimate.unknown;
      continue;
    }
    ++estimate.known;
    estimate.seconds += cost.seconds;
    estimate.longest = std::max(estimate.longest, cost.seconds);
  }
  return estimate;
}

double MeanTrialBytes(const FolderContent& content,
                      const std::string& study_folder) {
  constexpr int kMostFolders = 100;
  double bytes = 0;
  int folders = 0;
  for (const auto& [id, record] : content.records) {
    if (content.IsToRun(id)) continue;
    if (folders == kMostFolders) break;
    bytes += FolderBytes(TrialFolder(study_folder, id));
    ++folders;
  }
  return folders == 0 ? 0 : bytes / folders;
}

void PrintPlan(const Plan& plan, const FolderContent& content,
               const std::vector<size_t>& trials,
               const std::string& study_folder, int64_t workers,
               std::ostream& out) {
  std::map<TrialState, int64_t> counts;
  std::set<size_t> configurations;
  for (const size_t i : trials) {
    const Trial& trial = plan.trials[i];
    ++counts[content.StateOfTrial(trial.id)];
    configurations.insert(trial.configurations.begin(),
                          trial.configurations.end());
    out << TrialLines(plan, content, trial);
  }
  const auto to_run = TrialsToRun(plan, content, trials);
  out << trials.size() << " trials in " << configurations.size()
      << " configurations: " << trials.size() - to_run.size() << " done, "
      << to_run.size() << " to run (records in " << VisibleText(study_folder)
      << ")\n"
      << "  states: " << counts[TrialState::kCompleted] << " completed, "
      << counts[TrialState::kDiverged] << " diverged, "
      << counts[TrialState::kFailed] << " failed, "
      << counts[TrialState::kMissing] << " missing\n"
      << "  time to run: "
      << TimeText(EstimateTime(plan, content, to_run), workers) << "\n"
      << "  disk: "
      << DiskText(MeanTrialBytes(content, study_folder), to_run.size()) << "\n";
}

void PrintData(const Plan& plan, const FolderContent& content,
               const std::vector<size_t>& trials, const DataNotes& notes,
               std::ostream& out) {
  constexpr int kMaxDatasets = 5;
  IdentityCache identities;
  std::set<std::string> printed;
  int more = 0;
  for (const size_t i : trials) {
    const Trial& trial = plan.trials[i];
    const PluginConfig& dataset = trial.settings.dataset;
    const std::string& identity = identities.Of(dataset);
    if (printed.count(identity) > 0) continue;
    const auto known = notes.find(identity);
    const Record* record = content.Find(trial.id);
    if (known == notes.end() && record == nullptr) continue;
    printed.insert(identity);
    const std::string text =
        DataText(DataTitle(dataset),
                 known != notes.end() ? known->second : record->data);
    if (static_cast<int>(printed.size()) <= kMaxDatasets) {
      out << text;
    } else {
      ++more;
    }
  }
  if (more > 0) out << "and " << more << " more datasets\n";
}

}  // namespace bigstep
